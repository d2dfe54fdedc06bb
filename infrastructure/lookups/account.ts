import {
  placeOf,
  awsClients,
  ifKnown,
  lookUp,
  lookUpIfAllowed,
  nearest,
  setCommand,
  surroundings,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Installation,
  type Surroundings,
} from "@selfhosted/common";
import type { Config } from "../config";
import { isNamed } from "./check";

/**
 * Whose credentials these are, and whether the installation is there. Nothing else is looked at with credentials of another account,
 * or in another region than the deployed one.
 *
 * @param deployed the installation as it was deployed last, where that is known.
 */
export function lookUpLocation(
  config: Config,
  aws: () => AwsClients,
  deployed: Installation | undefined,
): Promise<Check<Surroundings>> {
  return lookUp(
    "account",
    "accountId",
    () => "the account",
    async () => {
      const region = config["aws:region"];
      try {
        const where = await surroundings(aws(), region);
        const accountId = ifKnown(() => config.accountId);
        const problems = [...accountProblems(where, accountId, deployed), ...regionMoved(region, deployed)];
        return {
          evidence: `${where.accountId} in ${region}`,
          problems,
          value: problems.length === 0 ? where : undefined,
        };
      } catch (error) {
        const problem = await regionProblem(region, error);
        if (problem === undefined) {
          throw error;
        }
        return { evidence: "", problems: [problem] };
      }
    },
  );
}

function accountProblems(
  { accountId: found }: Surroundings,
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
  return lookUp(
    "name",
    "name",
    () => "the name",
    async () => {
      const { name } = config;
      const isRenamed = deployed !== undefined && deployed.name !== name;
      return { evidence: name, problems: isRenamed ? [renamed(name, deployed.name)] : [] };
    },
  );
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

function regionMoved(region: string, deployed: Installation | undefined): ConfigProblem[] {
  return deployed === undefined || deployed.region === region ? [] : [movedTo(region, deployed.region)];
}

/** An installation that is deployed in another region than the configured one. */
export function movedTo(region: string, deployed: string): ConfigProblem {
  return {
    key: "aws:region",
    reason:
      `found ${region}, but the installation is deployed in ${deployed}, and can't move: in ${region} all would be made anew and ` +
      "empty, and everything in the database and the buckets would be lost to it",
    fix: setCommand("aws:region", deployed),
  };
}

/**
 * What is wrong with a region in which AWS doesn't answer: there is none of that name, or the account doesn't have it. Asks in another
 * region, which knows those of the standard partition; undefined where it doesn't know either.
 */
async function regionProblem(region: string, error: unknown): Promise<ConfigProblem | undefined> {
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
export function lookUpRegions(config: Config, aws: AwsClients, where: Surroundings): Promise<Check> {
  return lookUpIfAllowed(
    "regions",
    "aws:region",
    () => "the list of regions",
    async () => {
      const vault = placeOf(ifKnown(() => config.backupCopyVaultArn) ?? "");
      const wanted: [string, string | undefined][] = [
        ["aws:region", where.region],
        ["bucketReplicationRegion", ifKnown(() => config.bucketReplicationRegion)],
        // Of another account, only that account has to have it.
        ["backupCopyVaultArn", vault?.account === where.accountId ? vault.region : undefined],
      ];
      const regions = await regionsOf(aws).catch(unlessTooSlow);
      if (regions === undefined) {
        return { evidence: "", skipped: `AWS doesn't list its regions within ${patience / 1000} seconds` };
      }
      return {
        evidence: [...new Set(wanted.flatMap(([, region]) => region ?? []))].join(", "),
        problems: wanted.flatMap(([key, region]) => (region && problemOf(key, region, regions)) || []),
      };
    },
  );
}

interface Region {
  name: string;
  isEnabled: boolean;
}

/** Milliseconds to wait for the list of regions, which nobody's deployment depends on. */
const patience = 10_000;

function unlessTooSlow(error: unknown): undefined {
  if (!isNamed(error, /AbortError|TimeoutError/)) {
    throw error;
  }
}

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
export function lookUpBoundary(config: Config, { iam }: AwsClients, where: Surroundings): Promise<Check> {
  const key = "permissionsBoundaryArn";
  const name = (): string => String(config.permissionsBoundaryArn);
  return lookUpIfAllowed(
    "permissions boundary",
    key,
    () => `policy ${name()}`,
    async () => {
      const account = placeOf(name())?.account;
      if (account !== "aws" && account !== where.accountId) {
        const reason = `found ${name()}, a policy of the account ${account}; allowed: one of ${where.accountId}, or of AWS`;
        return { evidence: "", problems: [{ key, reason }] };
      }
      try {
        await iam.getPolicy({ PolicyArn: name() });
        return { evidence: name() };
      } catch (error) {
        if (!isNamed(error, /NoSuchEntity/)) {
          throw error;
        }
        const reason = `found ${name()}, but the account has no such policy`;
        return { evidence: "", problems: [{ key, reason, fix: "`aws iam list-policies --scope Local` lists them" }] };
      }
    },
  );
}
