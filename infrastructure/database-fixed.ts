import { ConfigProblem } from "@selfhosted/common";
import { DatabaseConfig, databaseSettings } from "./settings/database";

/**
 * What AWS can't change of a cluster, and the provider would replace it for; a port is changed in place:
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/cluster.go (`ForceNew`)
 */
export interface FixedFacts {
  masterUsername: string;
  /** The key that encrypts it, and whether that is the installation's own. */
  key: { arn: string; isOwn: boolean };
}

/**
 * Settings that a cluster can't follow any more: with them the provider would replace it.
 *
 * @param dataKeyArn the key that the customer gave; undefined where it is to be the installation's own.
 */
export function fixedProblems(
  cluster: string,
  { databaseUsername }: Pick<DatabaseConfig, "databaseUsername">,
  dataKeyArn: string | undefined,
  { masterUsername, key }: FixedFacts,
): ConfigProblem[] {
  const problem = (setting: string, found: string, fixed: string, fix?: string): ConfigProblem => ({
    key: setting,
    reason:
      `found ${found}, but ${cluster} was made with ${fixed}, which AWS can't change: only a new, empty cluster could have ` +
      "another, and everything in the database would be lost",
    fix: fix ?? `pulumi config set ${setting} ${fixed}`,
  });
  const keyStays = dataKeyArn === undefined ? key.isOwn : dataKeyArn === key.arn;
  return [
    ...(masterUsername !== databaseUsername && isSettable(masterUsername)
      ? [problem("databaseUsername", databaseUsername, masterUsername)]
      : []),
    ...(keyStays
      ? []
      : [problem("dataKeyId", dataKeyArn ?? "none", key.arn, key.isOwn ? "pulumi config rm dataKeyId" : undefined)]),
  ];
}

/** Whether a name is allowed as a setting; a snapshot from elsewhere may have another, which its cluster keeps. */
export function isSettable(username: string): boolean {
  return databaseSettings.databaseUsername.parse(username) !== undefined;
}
