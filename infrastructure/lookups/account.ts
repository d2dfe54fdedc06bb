import {
  type AwsClients,
  awsClients,
  callerLocation,
  type Check,
  type ConfigProblem,
  ifKnown,
  type Installation,
  type Location,
  lookUp,
  lookUpIfAllowed,
  lookUpNamed,
  nearest,
  parseArn,
  problemIf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../config";

/**
 * Whose credentials these are, and whether the installation is there. With credentials of another account, or in another region than
 * the deployed one, nothing else is looked up.
 *
 * @param deployed the installation as it was deployed last, where that is known.
 */
export function lookUpLocation(
  config: Config,
  aws: () => AwsClients,
  deployed: Installation | undefined,
): Promise<Check<Location>> {
  return lookUp({ name: "account", key: "accountId", what: "the account" }, async () => {
    const region = config["aws:region"];
    try {
      const location = await callerLocation(aws(), region);
      const accountId = ifKnown(() => config.accountId);
      const problems = [...accountProblems(location, accountId, deployed), ...regionProblems(region, deployed?.region)];
      return {
        detail: `${location.accountId} in ${region}`,
        problems,
        value: problems.length === 0 ? location : undefined,
      };
    } catch (error) {
      const problem = await unavailableRegion(region, error);
      if (problem === undefined) {
        throw error;
      }
      return { problems: [problem] };
    }
  });
}

function accountProblems(
  { accountId: found }: Location,
  wanted: string | undefined,
  deployed: Installation | undefined,
): ConfigProblem[] {
  const key = "accountId";
  if (deployed !== undefined && deployed.accountId !== found) {
    const reason =
      `the credentials are of account ${found}, but the installation is deployed in ${deployed.accountId}: here all would be made ` +
      "anew and empty, and what was deployed would be left behind";
    return [{ key, reason, fix: `use credentials of account ${deployed.accountId}, such as by AWS_PROFILE` }];
  }
  if (wanted === undefined || wanted === found) {
    return [];
  }
  const fix =
    deployed === undefined
      ? `use credentials of account ${wanted}, such as by AWS_PROFILE; or, where it is to be in ${found}: ${setCommand(key, found)}`
      : setCommand(key, found);
  return [{ key, reason: `found ${wanted}, but the credentials are of account ${found}`, fix }];
}

/** The name under which the stack is deployed. */
export function checkName(config: Config, deployed: Installation | undefined): Promise<Check> {
  return lookUp({ name: "name", key: "name", what: "the name" }, async () => {
    const { name } = config;
    const isRenamed = deployed !== undefined && deployed.name !== name;
    return { detail: name, problems: isRenamed ? [renamed(name, deployed.name)] : [] };
  });
}

function renamed(name: string, deployed: string): ConfigProblem {
  return {
    key: "name",
    reason:
      `found ${name}, but the installation is deployed as ${deployed}; AWS renames neither a database nor a bucket: all would be made ` +
      "anew and empty, and everything in the database and the buckets would be lost to it",
    fix: setCommand("name", deployed),
  };
}

/** What is wrong with a region other than that in which the installation is deployed. */
export function regionProblems(region: string, deployed = region): ConfigProblem[] {
  return problemIf(deployed !== region, {
    key: "aws:region",
    reason:
      `found ${region}, but the installation is deployed in ${deployed}, and can't move: in ${region} all would be made anew and ` +
      "empty, and everything in the database and the buckets would be lost to it",
    fix: setCommand("aws:region", deployed),
  });
}

/**
 * What is wrong with a region in which AWS doesn't answer: there is none of that name, or the account doesn't have it. Asks in another
 * region, which knows those of the standard partition; undefined where it doesn't know either.
 */
async function unavailableRegion(region: string, error: unknown): Promise<ConfigProblem | undefined> {
  const text = error instanceof Error ? `${error.name} ${error.message}` : "";
  if (!/ENOTFOUND|InvalidClientTokenId|UnrecognizedClient/.test(text)) {
    return undefined;
  }
  try {
    return problemOf("aws:region", region, await regionsOf(awsClients({ region: "us-east-1" })));
  } catch {
    return undefined;
  }
}

/** The regions that settings name exist, and the account has them. */
export function lookUpRegions(config: Config, aws: AwsClients, location: Location): Promise<Check> {
  return lookUpIfAllowed({ name: "regions", key: "aws:region", what: "the list of regions" }, async () => {
    const vault = parseArn(ifKnown(() => config.backupCopyVaultArn) ?? "");
    const wanted: [string, string | undefined][] = [
      ["aws:region", location.region],
      ["bucketReplicationRegion", ifKnown(() => config.bucketReplicationRegion)],
      // Of another account, only that account has to have it.
      ["backupCopyVaultArn", vault?.account === location.accountId ? vault.region : undefined],
    ];
    const regions = await unlessError(/AbortError|TimeoutError/, regionsOf(aws));
    if (regions === undefined) {
      return { skipped: `AWS doesn't list its regions within ${patience / 1000} seconds` };
    }
    return {
      detail: [...new Set(wanted.flatMap(([, region]) => region ?? []))].join(", "),
      problems: wanted.flatMap(([key, region]) => (region && problemOf(key, region, regions)) || []),
    };
  });
}

interface Region {
  name: string;
  isEnabled: boolean;
}

/** Milliseconds to wait for the list of regions, which no deployment depends on. */
const patience = 10_000;

async function regionsOf({ ec2 }: AwsClients): Promise<Region[]> {
  const { Regions = [] } = await ec2.describeRegions(
    { AllRegions: true },
    { abortSignal: AbortSignal.timeout(patience) },
  );
  return Regions.map(({ RegionName: name = "", OptInStatus: status }) => ({
    name,
    isEnabled: status !== "not-opted-in",
  }));
}

function problemOf(key: string, region: string, regions: Region[]): ConfigProblem | undefined {
  const found = regions.find(({ name }) => name === region);
  if (found?.isEnabled) {
    return undefined;
  }
  if (found) {
    const reason = `found ${region}, which isn't enabled in this account`;
    return { key, reason, fix: `aws account enable-region --region-name ${region}` };
  }
  const names = regions.map(({ name }) => name);
  const meant = nearest(region, names);
  return {
    key,
    reason: `found ${region}, a region that AWS doesn't have; allowed: ${[...names].sort().join(", ")}`,
    fix: meant && key !== "backupCopyVaultArn" ? setCommand(key, meant) : undefined,
  };
}

/** The policy that bounds the permissions of every role is there, in the account of the roles. */
export function lookUpBoundary(config: Config, { iam }: AwsClients, location: Location): Promise<Check> {
  const key = "permissionsBoundaryArn";
  return lookUpNamed("permissions boundary", "policy", key, config, async (arn) => {
    const account = parseArn(arn)?.account;
    if (account !== "aws" && account !== location.accountId) {
      const reason = `found ${arn}, a policy of the account ${account}; allowed: one of ${location.accountId}, or of AWS`;
      return { problems: [{ key, reason }] };
    }
    const policy = await unlessError(/NoSuchEntity/, iam.getPolicy({ PolicyArn: arn }));
    const reason = `found ${arn}, but the account has no such policy`;
    const fix = "`aws iam list-policies --scope Local` lists them";
    return policy === undefined ? { problems: [{ key, reason, fix }] } : { detail: arn };
  });
}
