import type { BackupVaultListMember } from "@aws-sdk/client-backup";
import {
  allPages,
  type AwsClients,
  awsClients,
  type Check,
  type ConfigProblem,
  type Location,
  lookUpIfAllowed,
  lookUpNamed,
  nearest,
  nothingToCheck,
  parseArn,
  problemIf,
  setCommand,
} from "@selfhosted/common";
import { isVaultOf } from "../../backup/backup";
import type { Config } from "../../config";
import { dataBucketKeys } from "../../config/buckets";

/**
 * AWS Backup is opted in for databases in the region: without that it leaves Aurora out even where the cluster is named. Other
 * resources that are named, such as the installation's own buckets, it backs up in any case:
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
export function lookUpOptIn(config: Config, { backup }: AwsClients, { region }: Location): Promise<Check> {
  return lookUpIfAllowed(
    { name: "backup opt-in", key: "backupEnabled", what: "the region's settings of AWS Backup" },
    async () => {
      if (!config.backupEnabled) {
        return nothingToCheck;
      }
      const { ResourceTypeOptInPreference: optIns = {} } = await backup.describeRegionSettings({});
      const hasOwnBuckets = dataBucketKeys.some((key) => config[key] === undefined);
      const problem = (kind: string, effect: string): ConfigProblem => ({
        key: "backupEnabled",
        reason: `AWS Backup isn't opted in for ${kind} in ${region}: it ${effect}`,
        fix: `aws backup update-region-settings --region ${region} --resource-type-opt-in-preference ${kind}=true`,
      });
      return {
        detail: `AWS Backup is opted in for ${hasOwnBuckets ? "Aurora and S3" : "Aurora"} in ${region}`,
        problems: [
          ...problemIf(optIns["Aurora"] !== true, problem("Aurora", "leaves the database out")),
          ...problemIf(optIns["S3"] !== true && hasOwnBuckets, {
            ...problem("S3", "backs up buckets that are named in any case"),
            severity: "warning",
          }),
        ],
      };
    },
  );
}

/**
 * The vault that gets a copy of each backup is there, and keeps copies for so long. In another account it can't be looked into.
 *
 * @param own logical name of the component that makes the installation's own vault.
 */
export function lookUpCopyVault(config: Config, location: Location, own: () => string): Promise<Check> {
  const key = "backupCopyVaultArn";
  return lookUpNamed("backup copy vault", "backup vault", key, config, async (arn) => {
    const { account, region = location.region } = parseArn(arn) ?? {};
    if (account !== location.accountId) {
      const skipped = `${arn} is in account ${account}: only its own principals can describe it`;
      return { skipped };
    }
    const name = arn.split(":").at(-1) ?? "";
    if (region === location.region && isVaultOf(own(), name)) {
      const reason = `found ${arn}, the installation's own vault, which has the backups already; allowed: a vault in another region or account`;
      return { problems: [{ key, reason }] };
    }
    const { backup } = awsClients({ region });
    // By the list: for a vault that isn't there, AWS answers a question for one with a denial.
    const vaults = await listVaults(backup);
    const vault = vaults.find((each) => each.BackupVaultName === name);
    if (vault !== undefined) {
      return { detail: arn, problems: retentionProblems(config, name, vault) };
    }
    const names = vaults.map((each) => each.BackupVaultName ?? "");
    const meant = nearest(name, names);
    return {
      problems: [
        {
          key,
          reason: `${region} has no backup vault ${name} in this account; it has ${names.join(", ") || "none"}`,
          fix: meant && setCommand(key, arn.replace(/[^:]*$/, meant)),
        },
      ],
    };
  });
}

/** The vaults of the account in the client's region. */
export function listVaults(backup: AwsClients["backup"]): Promise<BackupVaultListMember[]> {
  return allPages(async (NextToken) => {
    const page = await backup.listBackupVaults({ NextToken });
    return { items: page.BackupVaultList, next: page.NextToken };
  });
}

/** A locked vault takes no copy that would be kept for less or more. */
function retentionProblems(
  config: Config,
  name: string,
  { Locked, MinRetentionDays: least = 1, MaxRetentionDays: most = 36500 }: BackupVaultListMember,
): ConfigProblem[] {
  const days = config.backupCopyRetentionDays ?? config.backupRetentionDays;
  const key = config.backupCopyRetentionDays === undefined ? "backupRetentionDays" : "backupCopyRetentionDays";
  return problemIf(Locked === true && (days < least || days > most), {
    key,
    reason: `found ${days}; the lock of the vault ${name} takes copies of ${least} to ${most} days only`,
    fix: `pulumi config set backupCopyRetentionDays ${days < least ? least : most}`,
  });
}
