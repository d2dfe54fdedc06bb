import { tagOf } from "../../application/releases";
import type { DatabaseFacts } from "./checks/data";
import type { LoadBalancerFacts } from "./checks/load-balancers";
import { primaryOf, shortName, type ServiceFacts } from "./checks/services";
import type { RestorePoint } from "./release/snapshot";
import type { State } from "./release/state";

/** One thing that runs. */
export interface Row {
  what: string;
  where: string;
  /** Image tag, engine version or TLS policy. */
  version: string;
  state: string;
}

/** A service with the release that it serves, which need not be the one that was asked for. */
export function serviceRow(what: string, { service, taskDefinition }: ServiceFacts): Row {
  const { runningCount = 0, desiredCount = 0 } = service;
  const primary = primaryOf(service);
  const images = (taskDefinition.containerDefinitions ?? []).map(({ image = "" }) => tagOf(image) ?? image);
  return {
    what,
    where: shortName(taskDefinition.taskDefinitionArn),
    version: [...new Set(images)].join(", "),
    state: [
      `${runningCount}/${desiredCount} running`,
      primary?.rolloutState ?? service.status,
      primary?.updatedAt && `since ${primary.updatedAt.toISOString().slice(0, 16)}Z`,
    ]
      .filter(Boolean)
      .join(", "),
  };
}

export function loadBalancerRow(what: string, { loadBalancer, listeners, targets }: LoadBalancerFacts): Row {
  const healthy = targets.filter(({ TargetHealth: health }) => health?.State === "healthy").length;
  return {
    what,
    where: loadBalancer.DNSName ?? "",
    version: [...new Set(listeners.map(({ SslPolicy }) => SslPolicy ?? ""))].join(", "),
    state: `${loadBalancer.State?.Code ?? "gone"}, ${healthy}/${targets.length} targets healthy`,
  };
}

/** The cluster, and each instance under it. */
export function databaseRows({ cluster, instances }: DatabaseFacts): Row[] {
  const writers = (cluster.DBClusterMembers ?? []).filter(({ IsClusterWriter }) => IsClusterWriter);
  return [
    {
      what: "database",
      where: cluster.Endpoint ?? cluster.DBClusterIdentifier ?? "",
      version: [cluster.Engine, cluster.EngineVersion].filter(Boolean).join(" "),
      state: cluster.Status ?? "gone",
    },
    ...instances.map((instance) => ({
      what: writers.some(({ DBInstanceIdentifier: id }) => id === instance.DBInstanceIdentifier)
        ? "  writer"
        : "  reader",
      where: [instance.DBInstanceIdentifier, instance.AvailabilityZone].filter(Boolean).join(" in "),
      version: instance.DBInstanceClass ?? "",
      state: instance.DBInstanceStatus ?? "",
    })),
  ];
}

/** The release that the database was migrated for, which after a rollback is a later one than the services run. */
export function migrationRow({ image, taskArn }: NonNullable<State["migrated"]>): Row {
  return { what: "migration", where: shortName(taskArn), version: tagOf(image) ?? image, state: "done" };
}

/** The snapshot from before the last upgrade. */
export function restorePointRow({ identifier, from, to, takenAt }: RestorePoint): Row {
  const taken = `taken ${takenAt.toISOString().slice(0, 16)}Z, before ${to}`;
  return { what: "  restore point", where: identifier, version: from, state: taken };
}
