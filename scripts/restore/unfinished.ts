import type { DataBuckets } from "@selfhosted/common";
import { projectOf } from "@selfhosted/common/layer";
import type { StateResource } from "../pulumi/stacks";
import type { Stack } from "../stacks";

/** The settings that name buckets of the customer's. */
export const bucketSettings = {
  checkpoint: "bucketCheckpointName",
  policy: "bucketPolicyName",
  metadata: "bucketMetadataName",
  events: "bucketEventsName",
} as const satisfies Record<keyof DataBuckets, string>;

type Infrastructure = Pick<Stack, "resources" | "configuration">;

export function clusterOf({ resources }: Pick<Stack, "resources">): StateResource | undefined {
  return resources.find(({ type }) => type === "aws:rds/cluster:Cluster");
}

/** The snapshot that the database of an environment was made from or, where there is none yet, will be made from. */
export function madeFrom(stack: Infrastructure): string | undefined {
  const cluster = clusterOf(stack);
  // Once it is made, a cluster keeps in its inputs the snapshot that it was made from; the setting has no effect any more.
  return cluster === undefined
    ? settingIn(stack, "databaseRestoreFromSnapshot")
    : (cluster.inputs?.["snapshotIdentifier"] as string | undefined);
}

/**
 * Services that start before all objects are copied write new ones in their place. Those by hand use the buckets that hold them already.
 *
 * @throws Error where the database is restored from a snapshot and the services have never been deployed.
 */
export function refuseUnfinished(
  env: string,
  { infrastructure, application }: { infrastructure: Infrastructure; application: Pick<Stack, "resources"> },
): void {
  const from = madeFrom(infrastructure);
  const isDeployed = application.resources.some(({ type }) => !type.startsWith("pulumi:"));
  const hasOwnBuckets = Object.values(bucketSettings).every((key) => settingIn(infrastructure, key) !== undefined);
  if (from !== undefined && !isDeployed && !hasOwnBuckets) {
    throw new Error(
      `The database of ${env} is that of the snapshot ${from}, whose objects may not be copied yet. Nothing was changed. To restore, or to ` +
        `go on: make restore ENV=${env} FROM=${from}\nWhere you have copied them by hand: \`pulumi up --stack ${env}\` in infrastructure/, ` +
        `then in application/, once; then make deploy ENV=${env}`,
    );
  }
}

function settingIn({ configuration = {} }: Infrastructure, key: string): string | undefined {
  return configuration[`${projectOf("infrastructure")}:${key}`]?.text;
}
