import type { S3 } from "@aws-sdk/client-s3";
import { type AwsClients, type DataBuckets, dataKinds, ifKnown, unlessError } from "@selfhosted/common";
import { readConfig } from "../../infrastructure/exports";
import type { Environment } from "../environment";
import { preflightResults } from "../preflight/preflight";
import { releaseOf } from "../release/plan";
import { type CheckResult, explain } from "../report";
import type { Stack, Stacks } from "../stacks";
import { checkSource, type Target } from "./checks";
import { hasVersions } from "./objects/access";
import { type ChangedSettings, settingsOf, withSettings } from "./settings";
import type { Source } from "./source";
import { bucketSettings, clusterOf, madeFrom } from "./unfinished";

/** A restoration before it begins. */
export interface Restoration {
  /** Settings of the infrastructure layer that change. */
  settings: ChangedSettings;
  /** The stacks as they will be configured. */
  stacks: Stacks;
  /** All that was checked. */
  results: CheckResult[];
}

/** What will be configured, with everything that is wrong with it: the snapshot's part, and what preflight finds. */
export async function planRestoration(
  environment: Environment,
  stacks: Stacks,
  source: Source,
  clients: AwsClients,
): Promise<Restoration> {
  const { configuration = {} } = stacks.infrastructure;
  const settings = settingsOf(source.snapshot, configuration);
  const configured = {
    ...stacks,
    infrastructure: { ...stacks.infrastructure, configuration: withSettings(configuration, settings) },
  };
  const [target, preflight] = await Promise.all([
    targetOf(environment.name, configured, clients),
    preflightResults(environment, configured),
  ]);
  return { settings, stacks: configured, results: [...preflight, ...checkSource(source, target, new Date())] };
}

async function targetOf(
  env: string,
  { infrastructure, application }: Stacks,
  { kms, s3 }: AwsClients,
): Promise<Target> {
  const { config } = readConfig(infrastructure.configuration ?? {});
  const keyId = ifKnown(() => config.serviceKeyId);
  const key = keyId === undefined ? undefined : await unlessError(/./, kms.describeKey({ KeyId: keyId }));
  const own = dataKinds.flatMap((kind) => {
    const name = ifKnown(() => config[bucketSettings[kind]]);
    return name === undefined ? [] : [{ kind, name }];
  });
  // Once there is a database, they may have been restored into.
  const unfit = clusterOf(infrastructure) === undefined ? await Promise.all(own.map((each) => unfitFor(s3, each))) : [];
  const deployed = infrastructure.outputs?.["buckets"] as Partial<DataBuckets> | undefined;
  return {
    env,
    imageTag: releaseOf(application.configuration).imageTag,
    serviceKeyArn: key?.KeyMetadata?.Arn,
    buckets: { ...deployed, ...Object.fromEntries(own.map(({ kind, name }) => [kind, name])) },
    unfit: Object.fromEntries(unfit.flat()),
  };
}

/** Why a bucket of the customer's can't be restored into: the objects of two installations can't be told apart any more. */
async function unfitFor(s3: S3, { kind, name }: { kind: string; name: string }): Promise<[string, string][]> {
  const reason = await hasVersions(s3, name).then(
    (holds) =>
      holds
        ? `bucket ${name} isn't empty: what is in it, or old versions, would be mixed with what is restored`
        : undefined,
    (error: unknown) => explain(error, `bucket ${name}`),
  );
  return reason === undefined ? [] : [[kind, reason]];
}

/**
 * A restoration is for a new environment, or goes on where it was interrupted.
 *
 * @throws Error where the infrastructure layer is deployed, and not from this snapshot.
 */
export function refuseDeployed(env: string, stack: Stack, snapshot: string): void {
  const made = madeFrom(stack);
  const isEmpty = stack.resources.every(({ type }) => type.startsWith("pulumi:"));
  if (!isEmpty && made !== snapshot) {
    throw new Error(
      `${env} is deployed${made ? `, from the snapshot ${made}` : ""}: a backup is restored into a new environment, ` +
        `beside it. To make one: make init ENV=new, with the same serviceKeyId; then: make restore ENV=new FROM=${snapshot}`,
    );
  }
}

/** @throws Error where it isn't configured: nothing can be looked up then. */
export function regionOf(env: string, { configuration = {} }: Stack): string {
  const region = configuration["aws:region"]?.text;
  if (region === undefined) {
    throw new Error(
      `aws:region of ${env} isn't set: cd infrastructure && pulumi config set aws:region … --stack ${env}`,
    );
  }
  return region;
}
