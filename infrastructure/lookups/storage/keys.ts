import type { KeyMetadata } from "@aws-sdk/client-kms";
import {
  alwaysIn,
  type AwsClients,
  awsClients,
  type Check,
  type ConfigProblem,
  ifKnown,
  type Location,
  lookUp,
  lookUpIfAllowed,
  lookUpNamed,
  type LookUpResult,
  nothingToCheck,
  parseArn,
  problemIf,
  resultOf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { serviceKeyTag } from "../../storage/data-access";
import { regionProblems } from "../account";
import type { Clusters } from "../database/clusters";

type KeySetting = "serviceKeyId" | "dataKeyId" | "bucketKeyArns" | "bucketReplicationKeyArn";

/** Describes keys; each is asked for once. */
export type DescribeKey = (keyId: string) => Promise<KeyMetadata>;

export function keyDescriber({ kms }: AwsClients): DescribeKey {
  const answers = new Map<string, Promise<KeyMetadata>>();
  return (keyId) => {
    const answer =
      answers.get(keyId) ?? kms.describeKey({ KeyId: keyId }).then((found) => alwaysIn(found, "KeyMetadata"));
    answers.set(keyId, answer);
    return answer;
  };
}

/** The service key can be used. What it found is the key's ARN. */
export function lookUpServiceKey(config: Config, describe: DescribeKey, region: string): Promise<Check<string>> {
  const key = "serviceKeyId";
  return lookUp({ name: `key ${key}`, key, what: () => `KMS key ${config[key]}` }, () =>
    checkKey(key, config[key], describe, region),
  );
}

/** The data key as it is configured. */
export interface DataKeySetting {
  /** Of the customer's key; undefined where the installation has its own. */
  arn: string | undefined;
}

/** The customer's data key, where there is one, can be used. */
export function lookUpDataKey(config: Config, describe: DescribeKey, region: string): Promise<Check<DataKeySetting>> {
  const key = "dataKeyId";
  return lookUp<DataKeySetting>({ name: `key ${key}`, key, what: () => `KMS key ${config[key]}` }, async () => {
    const setting = ifKnown(() => ({ arn: config[key] }));
    if (setting?.arn === undefined) {
      return { ...nothingToCheck, value: setting };
    }
    const { value: arn, ...result } = await checkKey(key, setting.arn, describe, region);
    return { ...result, value: arn === undefined ? undefined : { arn } };
  });
}

/**
 * With one key for both, principals that may read the data at rest may also decrypt the secrets in it. Neither can be changed later, so
 * that only a new installation is warned.
 */
export function lookUpOneKey(
  config: Config,
  serviceKey: Promise<Check<string>>,
  dataKey: Promise<Check<DataKeySetting>>,
  clusters: Promise<Check<Clusters>>,
): Promise<Check> {
  return lookUp({ name: "two keys", key: "dataKeyId", what: "the keys" }, async () => {
    if (ifKnown(() => config.dataKeyId) === undefined) {
      return nothingToCheck;
    }
    const { arn } = await resultOf(dataKey);
    const { own } = await resultOf(clusters);
    return {
      detail: "the service key and the data key are different ones",
      problems: problemIf(arn === (await resultOf(serviceKey)) && own === undefined, {
        key: "dataKeyId",
        reason: `found ${arn}, which is serviceKeyId too: principals that may read the data can then also decrypt the secrets in it`,
        fix: "take a key for each; without dataKeyId the installation makes its own",
        severity: "warning",
      }),
    };
  });
}

/** The keys of the customer's own buckets, which may be another account's. */
export function lookUpBucketKeys(config: Config, describe: DescribeKey, region: string): Promise<Check>[] {
  const key = "bucketKeyArns";
  const arns = ifKnown(() => config[key]) ?? [];
  return arns.map((arn) =>
    lookUpIfAllowed({ name: `key ${arn}`, key, what: () => `KMS key ${arn}` }, () =>
      checkKey(key, arn, describe, region),
    ),
  );
}

/** The key of the copies in the other region. */
export function lookUpReplicationKey(config: Config): Promise<Check> {
  const key = "bucketReplicationKeyArn";
  return lookUpNamed("key of copies", "KMS key", key, config, async (arn) => {
    const { bucketReplicationRegion: region } = config;
    // A rule refuses a key without a region.
    return region === undefined ? nothingToCheck : checkKey(key, arn, keyDescriber(awsClients({ region })), region);
  });
}

/** A key is there, and AWS's services can encrypt with it. What it found is the key's ARN. */
async function checkKey(
  setting: KeySetting,
  keyId: string,
  describe: DescribeKey,
  region: string,
): Promise<LookUpResult<string>> {
  const key = await unlessError(/NotFound/, describe(keyId));
  if (key === undefined) {
    const reason = `KMS key ${keyId} doesn't exist in this account and region`;
    const fix = `\`aws kms list-aliases --region ${region}\` lists the keys with names`;
    return { problems: [{ key: setting, reason, fix }] };
  }
  const flaw = keyFlaw(key);
  return flaw
    ? { problems: [{ key: setting, reason: `${keyId} ${flaw.reason}`, fix: flaw.fix }] }
    : { detail: `${keyId}: enabled, symmetric`, value: key.Arn };
}

/** Why AWS's services can't encrypt with a key, or not for long. */
export function keyFlaw(key: KeyMetadata): { reason: string; fix?: string } | undefined {
  const { KeyManager: manager, KeyState: state, KeySpec: spec, KeyUsage: usage, Arn: arn = "" } = key;
  if (manager === "AWS") {
    return { reason: "is a key that AWS manages; allowed: a key of your own" };
  }
  if (state !== "Enabled") {
    return { reason: `is in state ${state}; allowed: an enabled key`, fix: enableCommand(arn, state) };
  }
  // Keys of this spec serve to encrypt and decrypt, and nothing else.
  return spec === "SYMMETRIC_DEFAULT"
    ? undefined
    : { reason: `is for ${usage} with ${spec}; allowed: a symmetric key to encrypt and decrypt` };
}

/** The command that makes a key usable again; undefined where none does. */
export function enableCommand(arn: string, state: string | undefined): string | undefined {
  const enable = `aws kms enable-key --key-id ${arn}`;
  return {
    Disabled: enable,
    PendingDeletion: `aws kms cancel-key-deletion --key-id ${arn} && ${enable}`,
  }[state ?? ""];
}

/**
 * The service key of the installation that is deployed, by the tag of the API's role; undefined where none is. IAM has no regions, so
 * that the tag shows an installation in another region too, even one whose first deployment failed half-way.
 *
 * @param role name of the API's role.
 */
export function lookUpDeployedKey(
  { iam }: AwsClients,
  { region }: Location,
  role: () => string,
): Promise<Check<string | undefined>> {
  return lookUp({ name: "deployed service key", key: "serviceKeyId", what: () => `role ${role()}` }, async () => {
    const found = await unlessError(/NoSuchEntity/, iam.getRole({ RoleName: role() }));
    const deployed = found?.Role?.Tags?.find(({ Key }) => Key === serviceKeyTag)?.Value;
    const problems = regionProblems(region, parseArn(deployed ?? "")?.region);
    return { detail: deployed ?? "none is deployed", problems, value: deployed };
  });
}

/** The service key stays the deployed one: what the service encrypted with it would become unreadable. */
export function lookUpKeyChange(
  config: Config,
  { value: deployed }: Check<string | undefined>,
  serviceKey: Promise<Check<string>>,
): Promise<Check> {
  return lookUp({ name: "service key change", key: "serviceKeyId", what: "the service key" }, async () => {
    const found = await resultOf(serviceKey);
    const isChange = deployed !== undefined && deployed !== found && !config.confirmServiceKeyChange;
    return { detail: found, problems: isChange ? [keyChanged(found, deployed)] : [] };
  });
}

function keyChanged(found: string, deployed: string): ConfigProblem {
  return {
    key: "serviceKeyId",
    reason: `found ${found}, but the service encrypts with ${deployed}; what it encrypted so far would become unreadable`,
    fix: `${setCommand("serviceKeyId", deployed)}; or, to give that up, for one deployment: pulumi config set confirmServiceKeyChange true`,
  };
}
