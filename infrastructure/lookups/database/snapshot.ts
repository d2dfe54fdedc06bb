import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  explainAws,
  lookUpIfAllowed,
  nothingToCheck,
  problemIf,
  resultOf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { databaseSettings } from "../../config/database";
import { isNewer } from "../../database/engine";
import { type DescribeKey, enableCommand } from "../storage/keys";
import { isSettable } from "./changes";
import type { Clusters } from "./clusters";

const key = "databaseRestoreFromSnapshot";

/** A new cluster can be restored from the snapshot. Once the cluster exists, the setting has no effect. */
export function lookUpSnapshot(
  config: Config,
  { rds }: AwsClients,
  { clusters, describeKey }: { clusters: Promise<Check<Clusters>>; describeKey: DescribeKey },
): Promise<Check> {
  return lookUpIfAllowed({ name: "snapshot", key, what: () => `snapshot ${config[key]}` }, async () => {
    const id = config[key];
    const { own } = await resultOf(clusters);
    if (id === undefined || own !== undefined) {
      return nothingToCheck;
    }
    const snapshot = await describeSnapshot(rds, id);
    if (snapshot === undefined) {
      const reason = `snapshot ${id} doesn't exist in this account and region`;
      const fix = "`aws rds describe-db-cluster-snapshots` lists those that there are";
      return { problems: [{ key, reason, fix }] };
    }
    const problems = [
      ...stateProblems(id, snapshot),
      ...versionProblems(config, id, snapshot),
      ...administratorProblems(config, id, snapshot),
      ...(await keyProblems(id, snapshot, describeKey)),
    ];
    return { detail: `${id}, ${snapshot.EngineVersion}`, problems };
  });
}

async function describeSnapshot(rds: AwsClients["rds"], id: string): Promise<DBClusterSnapshot | undefined> {
  const request = { DBClusterSnapshotIdentifier: id, ...snapshotType(id) };
  const found = await unlessError(/NotFound/, rds.describeDBClusterSnapshots(request));
  return found?.DBClusterSnapshots?.[0];
}

/** AWS lists snapshots of some types only where the type is named. */
function snapshotType(id: string): { SnapshotType?: string; IncludeShared?: boolean } {
  const name = id.replace(/^arn:.*:cluster-snapshot:/, "");
  if (name.startsWith("rds:")) {
    return { SnapshotType: "automated" };
  }
  return name.startsWith("awsbackup:") ? { SnapshotType: "awsbackup" } : { IncludeShared: id !== name };
}

function stateProblems(id: string, { Status: status }: DBClusterSnapshot): ConfigProblem[] {
  return problemIf(status !== "available", {
    key,
    reason: `${id} is in state ${status}; allowed: an available snapshot`,
  });
}

function versionProblems(
  { databaseEngineVersion: wanted }: Config,
  id: string,
  { Engine: engine, EngineVersion: version = "" }: DBClusterSnapshot,
): ConfigProblem[] {
  const { databaseEngineVersion: setting } = databaseSettings;
  if (engine !== "aurora-mysql") {
    return [{ key, reason: `${id} is of engine ${engine}; allowed: a snapshot of aurora-mysql` }];
  }
  if (!isNewer(version, wanted)) {
    return [];
  }
  return "value" in setting.parse(version)
    ? [
        {
          key: "databaseEngineVersion",
          reason: `found ${wanted}, but the snapshot ${id} is of ${version}; allowed: that version or a newer one`,
          fix: setCommand("databaseEngineVersion", version),
        },
      ]
    : [{ key, reason: `${id} is of version ${version}; allowed: ${setting.allowed}` }];
}

function administratorProblems(
  { databaseUsername: wanted }: Config,
  id: string,
  { MasterUsername: found = wanted }: DBClusterSnapshot,
): ConfigProblem[] {
  return problemIf(found !== wanted && isSettable(found), {
    key: "databaseUsername",
    reason: `found ${wanted}, but the snapshot ${id} has ${found}, which its cluster keeps`,
    fix: setCommand("databaseUsername", found),
  });
}

async function keyProblems(
  id: string,
  { KmsKeyId: arn }: DBClusterSnapshot,
  describe: DescribeKey,
): Promise<ConfigProblem[]> {
  if (arn === undefined) {
    return [];
  }
  try {
    const { KeyState: state = "unknown" } = await describe(arn);
    const reason = `${id} is encrypted with ${arn}, which is in state ${state}; allowed: an enabled key`;
    return problemIf(state !== "Enabled", { key, reason, fix: enableCommand(arn, state) });
  } catch (error) {
    // A denial too: RDS asks for the key in the caller's name.
    return [{ key, ...explainAws(error, `the key ${arn} of ${id}`) }];
  }
}
