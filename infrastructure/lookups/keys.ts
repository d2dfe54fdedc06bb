import type { KeyMetadata } from "@aws-sdk/client-kms";
import {
  alwaysIn,
  awsClients,
  ifKnown,
  lookUp,
  lookUpIfAllowed,
  placeOf,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Surroundings,
} from "@selfhosted/common";
import type { Config } from "../config";
import { serviceKeyTag } from "../data-access";
import { movedTo } from "./account";
import type { Clusters } from "./database";
import { fit, isNamed, nothingToCheck } from "./check";

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

/** A key that the customer names is there, and AWS's services can encrypt with it. What it found is the key's ARN. */
export function lookUpKey(
  setting: "serviceKeyId" | "dataKeyId",
  config: Config,
  describe: DescribeKey,
  region: string,
): Promise<Check<string>> {
  const name = (): string => String(config[setting]);
  return lookUp(
    `key ${setting}`,
    setting,
    () => `KMS key ${name()}`,
    async () => {
      const { problems, key } = await checkKey(setting, name(), describe, region);
      return {
        evidence: `${name()}: enabled, symmetric`,
        problems,
        value: problems.length === 0 ? key?.Arn : undefined,
      };
    },
  );
}

/**
 * With one key for both, who may read the data at rest may also decrypt the secrets in it. Neither can be changed later, so that only
 * a new installation is warned.
 */
export function lookUpOneKey(
  serviceKey: Promise<Check<string>>,
  dataKey: Promise<Check<string>>,
  clusters: Promise<Check<Clusters>>,
): Promise<Check> {
  return lookUp(
    "two keys",
    "dataKeyId",
    () => "the keys",
    async () => {
      const [one, other, { own }] = [await fit(serviceKey), await fit(dataKey), await fit(clusters)];
      return {
        evidence: "the service key and the data key are different ones",
        problems:
          one !== other || own !== undefined
            ? []
            : [
                {
                  key: "dataKeyId",
                  reason: `found ${other}, which is serviceKeyId too: who may read the data can then also decrypt the secrets in it`,
                  fix: "take a key for each; without dataKeyId the installation makes its own",
                  severity: "warning",
                },
              ],
      };
    },
  );
}

/** The keys of the customer's own buckets, which may be another account's. */
export function lookUpBucketKeys(config: Config, describe: DescribeKey, region: string): Promise<Check>[] {
  const key = "bucketKeyArns";
  const arns = ifKnown(() => config[key]) ?? [];
  return arns.map((arn) =>
    lookUpIfAllowed(
      `key ${arn}`,
      key,
      () => `KMS key ${arn}`,
      async () => {
        const { problems } = await checkKey(key, arn, describe, region);
        return { evidence: `${arn}: enabled, symmetric`, problems };
      },
    ),
  );
}

/** The key of the copies in the other region. */
export function lookUpReplicationKey(config: Config): Promise<Check> {
  const key = "bucketReplicationKeyArn";
  return lookUpIfAllowed(
    "key of copies",
    key,
    () => `KMS key ${config[key]}`,
    async () => {
      const region = config.bucketReplicationRegion;
      if (region === undefined) {
        // A rule says so.
        return nothingToCheck;
      }
      const describe = keyDescriber(awsClients({ region }));
      const { problems } = await checkKey(key, config[key] ?? "", describe, region);
      return { evidence: `${config[key]}: enabled, symmetric`, problems };
    },
  );
}

async function checkKey(
  setting: KeySetting,
  keyId: string,
  describe: DescribeKey,
  region: string,
): Promise<{ problems: ConfigProblem[]; key?: KeyMetadata }> {
  try {
    const key = await describe(keyId);
    const flaw = flawOf(key);
    return {
      key,
      problems: flaw ? [{ key: setting, reason: `${keyId} ${flaw.reason}`, fix: flaw.fix }] : [],
    };
  } catch (error) {
    if (!isNamed(error, /NotFound/)) {
      throw error;
    }
    const reason = `KMS key ${keyId} doesn't exist in this account and region`;
    return {
      problems: [
        { key: setting, reason, fix: `\`aws kms list-aliases --region ${region}\` lists the keys with names` },
      ],
    };
  }
}

/** Why AWS's services can't encrypt with a key, or not for long. */
function flawOf(key: KeyMetadata): { reason: string; fix?: string } | undefined {
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
 * The service key of the installation that is deployed; undefined where none is. The API's role is tagged with it. IAM has no regions,
 * so that the tag shows an installation in another region too.
 *
 * @param role name of the API's role.
 */
export function lookUpDeployedKey(
  { iam }: AwsClients,
  { region }: Surroundings,
  role: () => string,
): Promise<Check<string | undefined>> {
  return lookUp(
    "deployed service key",
    "serviceKeyId",
    () => `role ${role()}`,
    async () => {
      const deployed = await deployedKey(iam, role());
      const found = placeOf(deployed ?? "")?.region ?? region;
      return {
        evidence: deployed ?? "none is deployed",
        problems: found === region ? [] : [movedTo(region, found)],
        value: deployed,
      };
    },
  );
}

/** The service key stays the deployed one: what the service encrypted with it would become unreadable. */
export function lookUpKeyChange(
  config: Config,
  { value: deployed }: Check<string | undefined>,
  serviceKey: Promise<Check<string>>,
): Promise<Check> {
  return lookUp(
    "service key change",
    "serviceKeyId",
    () => "the service key",
    async () => {
      const found = await fit(serviceKey);
      const isChange = deployed !== undefined && deployed !== found && !config.confirmServiceKeyChange;
      return { evidence: found, problems: isChange ? [keyChanged(found, deployed)] : [] };
    },
  );
}

async function deployedKey(iam: AwsClients["iam"], RoleName: string): Promise<string | undefined> {
  try {
    const { Role: role } = await iam.getRole({ RoleName });
    return role?.Tags?.find(({ Key }) => Key === serviceKeyTag)?.Value;
  } catch (error) {
    if (isNamed(error, /NoSuchEntity/)) {
      return undefined;
    }
    throw error;
  }
}

function keyChanged(found: string, deployed: string): ConfigProblem {
  return {
    key: "serviceKeyId",
    reason: `found ${found}, but the service encrypts with ${deployed}; what it encrypted so far would become unreadable`,
    fix: `${setCommand("serviceKeyId", deployed)}; or, to give that up, for one deployment: pulumi config set confirmServiceKeyChange true`,
  };
}
