import type { DBCluster, DBClusterSnapshot } from "@aws-sdk/client-rds";
import { awsClients } from "@selfhosted/common/aws";
import { databaseSnapshots, isRecent, lastSnapshot } from "./aws/snapshots";
import { type Deployed, layers } from "./layers";
import { readHistory, type Update } from "./pulumi/stacks";
import type { StatusRow } from "./report";

const hourMs = 3_600_000;

/** Where an environment is, and the release that was deployed last. */
export function environmentRows(env: string, { infrastructure, application }: Partial<Deployed>): StatusRow[] {
  const { accountId, region } = (infrastructure ?? application)?.installation ?? {};
  const facts = { environment: env, account: accountId, region };
  return [
    ...Object.entries(facts).flatMap(([what, where]) => (where ? [{ what, where, version: "", state: "" }] : [])),
    ...(application ? [{ what: "release", where: "", version: application.imageTag, state: "" }] : []),
  ];
}

/** The last deployment of any layer. */
export async function deploymentRows(env: string): Promise<StatusRow[]> {
  const found = await Promise.all(
    layers.map(async (layer) => (await readHistory(layer, env, 10)).map((update) => ({ layer, update }))),
  );
  const [last] = found
    .flat()
    .filter(({ update }) => update.kind === "update")
    .sort((a, b) => Date.parse(b.update.startTime) - Date.parse(a.update.startTime));
  return last === undefined ? [] : [deploymentRow(last.layer, last.update)];
}

/** A deployment, with what Pulumi notes of who started it: the CI system, or the commit that was checked out. */
export function deploymentRow(layer: string, { startTime, result, environment = {} }: Update): StatusRow {
  const { "ci.system": ci, "ci.build.id": build, "git.head": commit, "git.author": author } = environment;
  const words = (...texts: (string | undefined)[]): string => texts.filter(Boolean).join(" ");
  return {
    what: "last deployment",
    where: layer,
    version: commit ? words(`commit ${commit.slice(0, 7)}`, author && `of ${author}`) : "",
    state: words(result, `${startTime.slice(0, 16)}Z`, ci && `by ${ci}`, ci && build && `build ${build}`),
    healthy: result === "succeeded",
  };
}

/** The newest snapshot of the database, automated or manual. */
export async function backupRows({ database, installation }: Deployed["infrastructure"]): Promise<StatusRow[]> {
  const { rds } = awsClients({ region: installation.region });
  const DBClusterIdentifier = database.clusterIdentifier;
  const [{ DBClusters: [cluster = {}] = [] }, snapshots] = await Promise.all([
    rds.describeDBClusters({ DBClusterIdentifier }),
    databaseSnapshots(rds, DBClusterIdentifier),
  ]);
  return [backupRow(cluster, snapshots, new Date())];
}

/** A database that is younger than two days may have no snapshot yet. */
export function backupRow(cluster: DBCluster, snapshots: DBClusterSnapshot[], now: Date): StatusRow {
  const { LatestRestorableTime: restorable } = cluster;
  const last = lastSnapshot(cluster, snapshots);
  const state = [
    last ? `${age(now.getTime() - Number(last.SnapshotCreateTime))} old` : "no snapshot yet",
    restorable && `restorable to ${restorable.toISOString().slice(0, 16)}Z`,
  ];
  return {
    what: "last backup",
    where: last?.DBClusterSnapshotIdentifier ?? "",
    version: last?.SnapshotType ?? "",
    state: state.filter(Boolean).join(", "),
    healthy: isRecent(last?.SnapshotCreateTime, cluster, now),
  };
}

/** Such as `5 hours`. */
export function age(ms: number): string {
  const [count, unit] =
    ms < hourMs
      ? [Math.floor(ms / 60_000), "minute"]
      : ms < 48 * hourMs
        ? [Math.floor(ms / hourMs), "hour"]
        : [Math.floor(ms / (24 * hourMs)), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
