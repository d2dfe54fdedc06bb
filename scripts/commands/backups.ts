import { type AwsClients, awsClients } from "@selfhosted/common";
import { refuseOtherAccount } from "../aws/account";
import { databaseSnapshots } from "../aws/snapshots";
import { describeList, listed, type Needs, needsOf, obstacle } from "../backup/list";
import { toPrune } from "../backup/prune";
import { type Snapshot, snapshotOf } from "../backup/snapshot";
import { command, requireCount, requireEnv, requireFlag, requireTypedEnv } from "../command";
import { confirm } from "../confirm";
import { enter } from "../environment";
import { deployedOf } from "../layers";
import { readStates } from "../pulumi/stacks";

const options = {
  env: { type: "string" },
  keep: { type: "string" },
  yes: { type: "string" },
  json: { type: "string" },
} as const;

/** `make backups`: the snapshots of the database, the newest first; with `KEEP`, the older ones of upgrades and backups are deleted. */
command(options, async (args) => {
  const [json, agreed] = [requireFlag("JSON", args.json), requireFlag("YES", args.yes)];
  const keep = requireCount("KEEP", args.keep);
  const { name } = await enter(keep === undefined ? requireEnv(args.env) : requireTypedEnv(args.env));
  const { infrastructure } = deployedOf(await readStates(name), name);
  if (infrastructure === undefined) {
    throw new Error(
      `The infrastructure layer of ${name} isn't deployed. What an earlier one left: aws rds describe-db-cluster-snapshots`,
    );
  }
  if (keep !== undefined) {
    await refuseOtherAccount(name, infrastructure.installation);
  }
  const clients = awsClients({ region: infrastructure.installation.region });
  const cluster = infrastructure.database.clusterIdentifier;
  const all = (await databaseSnapshots(clients.rds, cluster)).map(snapshotOf).sort(newestFirst);
  const needs = await needsOf(clients, all);
  const list = all.map((each) => listed(each, needs));
  console.log(
    json ? JSON.stringify(list, undefined, 2) : list.length > 0 ? describeList(list) : `${cluster} has no snapshots.`,
  );
  return keep === undefined ? 0 : prune(clients, name, cluster, { all, needs, keep, agreed });
});

const newestFirst = (a: Snapshot, b: Snapshot): number => Number(b.takenAt ?? Infinity) - Number(a.takenAt ?? Infinity);

async function prune(
  { rds }: AwsClients,
  env: string,
  cluster: string,
  { all, needs, keep, agreed }: { all: Snapshot[]; needs: Needs; keep: number; agreed: boolean },
): Promise<number> {
  const { DBClusters = [] } = await rds.describeDBClusters({ DBClusterIdentifier: cluster });
  const since = DBClusters[0]?.ClusterCreateTime;
  const isRestorable = (each: Snapshot): boolean => obstacle(each, needs) === undefined;
  const names = since === undefined ? [] : toPrune(all, { keep, since, isRestorable }).map(({ name }) => name);
  if (names.length === 0) {
    console.error(
      `\nNothing to delete with KEEP=${keep}: only those older than the newest ${keep} that can be restored are.`,
    );
    return 0;
  }
  console.error(
    `\nDeletes for good ${names.length}, and keeps the newest ${keep} that can be restored, and what a rollback of the last upgrade needs:`,
  );
  names.forEach((each) => console.error(`  ${each}`));
  const unasked = `make backups ENV=${env} KEEP=${keep} YES=1`;
  if (!agreed && !(await confirm(unasked, "Type yes to go on: ", "yes"))) {
    console.error("Nothing was deleted.");
    return 1;
  }
  for (const each of names) {
    await rds.deleteDBClusterSnapshot({ DBClusterSnapshotIdentifier: each });
    console.error(`deleted ${each}`);
  }
  return 0;
}
