import { allPages, type AwsClients } from "@selfhosted/common";
import { describeTask } from "../release/failed-tasks";
import type { ServiceInState } from "../release/pulumi-state";
import { explain } from "../report";
import { shortName } from "./services";

/** Something that happened to an installation. */
interface InstallationEvent {
  at: Date;
  /** Such as `api`, `migration` or the identifier of a database instance. */
  what: string;
  message: string;
}

/** Whose events are asked for. */
export interface EventSources {
  /** Name or ARN of the ECS cluster; undefined where it isn't deployed. */
  cluster?: string;
  services: Pick<ServiceInState, "name" | "serviceName">[];
  /** Identifier of the database's cluster; undefined where it isn't deployed. */
  database?: string;
}

/** What could be read, the newest last, and why the rest couldn't. */
export interface FoundEvents {
  events: InstallationEvent[];
  unread: string[];
}

/** RDS keeps its events for 14 days, and refuses to be asked for older ones. */
const rdsDays = 14;

/** The events of ECS services and of the database, and the tasks that stopped, since a moment. */
export async function findEvents(
  { ecs, rds }: Pick<AwsClients, "ecs" | "rds">,
  { cluster, services, database }: EventSources,
  since: Date,
): Promise<FoundEvents> {
  const asked = [
    ...(cluster && services.length > 0
      ? [{ of: "the events of ECS", found: serviceEvents(ecs, cluster, services) }]
      : []),
    ...(cluster ? [{ of: "the stopped tasks", found: stoppedTasks(ecs, cluster, services) }] : []),
    ...(database ? [{ of: "the events of RDS", found: databaseEvents(rds, database, since) }] : []),
  ];
  const settled = await Promise.allSettled(asked.map(({ found }) => found));
  const events = settled.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  return {
    events: events.filter(({ at }) => at >= since).sort((a, b) => a.at.getTime() - b.at.getTime()),
    unread: settled.flatMap((each, index) =>
      each.status === "rejected" ? [explain(each.reason, asked[index]?.of ?? "")] : [],
    ),
  };
}

async function serviceEvents(
  ecs: AwsClients["ecs"],
  cluster: string,
  named: EventSources["services"],
): Promise<InstallationEvent[]> {
  const described = await ecs.describeServices({ cluster, services: named.map(({ serviceName }) => serviceName) });
  return (described.services ?? []).flatMap(({ serviceName, events = [] }) => {
    const what = named.find((each) => each.serviceName === serviceName)?.name ?? serviceName ?? "";
    return events.flatMap(({ createdAt: at, message = "" }) => (at ? [{ at, what, message }] : []));
  });
}

/** Those of the cluster, the migration's too. ECS lists a task for about an hour after its end. */
async function stoppedTasks(
  ecs: AwsClients["ecs"],
  cluster: string,
  services: EventSources["services"],
): Promise<InstallationEvent[]> {
  // A page of a list has as many as can be described at once.
  const tasks = await allPages(async (nextToken) => {
    const { taskArns = [], nextToken: next } = await ecs.listTasks({ cluster, desiredStatus: "STOPPED", nextToken });
    const { tasks: items = [] } = taskArns.length > 0 ? await ecs.describeTasks({ cluster, tasks: taskArns }) : {};
    return { items, next };
  });
  return tasks.flatMap((task) => {
    const at = task.stoppedAt ?? task.stoppingAt;
    const service = services.find(({ serviceName }) => task.group === `service:${serviceName}`)?.name;
    const [family = ""] = shortName(task.taskDefinitionArn).split(":");
    const what = service ?? task.containers?.find(({ name }) => name === "migration")?.name ?? family;
    return at ? [{ at, what, message: describeTask(task) }] : [];
  });
}

async function databaseEvents(rds: AwsClients["rds"], cluster: string, since: Date): Promise<InstallationEvent[]> {
  const { DBInstances = [] } = await rds.describeDBInstances({
    Filters: [{ Name: "db-cluster-id", Values: [cluster] }],
  });
  const sources = [
    { SourceType: "db-cluster" as const, SourceIdentifier: cluster },
    ...DBInstances.map(({ DBInstanceIdentifier: id }) => ({
      SourceType: "db-instance" as const,
      SourceIdentifier: id,
    })),
  ];
  const StartTime = new Date(Math.max(since.getTime(), Date.now() - rdsDays * 86_400_000 + 60_000));
  const found = await Promise.all(
    sources.map((source) =>
      allPages(async (Marker) => {
        const page = await rds.describeEvents({ ...source, StartTime, Marker });
        return { items: page.Events, next: page.Marker };
      }),
    ),
  );
  return found
    .flat()
    .flatMap(({ Date: at, SourceIdentifier: what = "", Message: message = "" }) => (at ? [{ at, what, message }] : []));
}
