import { type AwsClients, infrastructureContract, type InfrastructureOutputs } from "@selfhosted/common";
import { isExpired } from "../aws/old-versions";
import { completeUntil, shortestRetention } from "../backup/describe";
import type { Environment } from "../environment";
import { checked } from "../layers";
import { configurePlain } from "../pulumi/cli";
import { readStackState } from "../pulumi/stacks";
import { saying } from "../waiting";
import { copyObjects, type Progress } from "./objects/objects";
import type { ChangedSettings } from "./settings";
import type { Source } from "./source";

/** What a restoration does, what it doesn't, and what is for good. */
export function describeRestoration(
  { name: env, stack: own }: Pick<Environment, "name" | "stack">,
  { snapshot, buckets }: Source,
  settings: ChangedSettings,
): string {
  const { name, takenAt = new Date(), stack = "its installation", engineVersion } = snapshot;
  const moment = `${takenAt.toISOString().slice(0, 19)}Z`;
  return [
    `\nThis restores ${name} into ${env}:`,
    ...Object.entries(settings).map(([key, value]) => `  sets ${key} to ${value} in infrastructure/Pulumi.${own}.yaml`),
    `  deploys infrastructure, with the database of ${moment}, which ran ${engineVersion}`,
    ...buckets.map((bucket) => `  copies the ${bucket.kind} objects of ${moment} from ${bucket.name}`),
    `  deploys application and dns as they are configured, and verifies it all`,
    `The snapshot and ${stack} stay as they are. Where ${env} has the names of ${stack}, take those from it first: destroy its dns layer.`,
    `Can't be undone: what people do in either of them after ${moment} is in that one alone, and can't be put together later.`,
  ].join("\n");
}

/** Writes the settings into the configuration of the environment. */
export async function writeSettings(env: string, settings: ChangedSettings): Promise<void> {
  await configurePlain("infrastructure", env, Object.entries(settings));
}

/** It can't be gone on with, whatever is done. */
export class Unrestorable extends Error {}

/** Copies the objects into the buckets of the environment, whose infrastructure layer is deployed. */
export async function restoreObjects(env: string, { snapshot, buckets }: Source, clients: AwsClients): Promise<void> {
  const { outputs = {} } = await readStackState("infrastructure", env);
  const infrastructure = checked(infrastructureContract, env, outputs);
  await refuseLate(infrastructure, clients);
  const moment = snapshot.takenAt ?? new Date(NaN);
  for (const { kind, name: from, days } of buckets) {
    const to = infrastructure.buckets[kind];
    if (from === to) {
      throw new Unrestorable(`${from} is the ${kind} bucket of ${env} itself. Restore into a new environment.`);
    }
    const progress: Progress = { copied: 0, there: 0 };
    const count = (): string => `${progress.copied} copied, ${progress.there} there already`;
    console.log(`\n${kind}: copying objects from ${from} to ${to} …`);
    await saying(() => `${kind}: ${count()}`, copyObjects(clients.s3, { from, to, moment }, progress));
    console.log(`${kind}: ${count()}`);
    if (isExpired(moment, days, new Date())) {
      throw new Unrestorable(
        `${from} has had the objects of that moment ${completeUntil(moment, days)}: some may have expired before they were copied. ` +
          `Destroy ${env}, and restore a newer backup.`,
      );
    }
  }
}

/**
 * What the environment has deleted itself must not come back: its buckets say so by old versions and delete markers, as long as those stay.
 *
 * @throws Unrestorable where the database was restored longer ago.
 */
async function refuseLate({ database, buckets }: InfrastructureOutputs, clients: AwsClients): Promise<void> {
  const { DBClusters = [] } = await clients.rds.describeDBClusters({ DBClusterIdentifier: database.clusterIdentifier });
  const made = DBClusters[0]?.ClusterCreateTime ?? new Date();
  const days = await shortestRetention(clients, buckets);
  if (isExpired(made, days, new Date())) {
    throw new Unrestorable(
      `${database.clusterIdentifier} was restored on ${made.toISOString().slice(0, 10)}, more than the ${days} days ago for which the ` +
        `buckets keep what was deleted: objects that were deleted here since might come back. Restore into a new environment.`,
    );
  }
}
