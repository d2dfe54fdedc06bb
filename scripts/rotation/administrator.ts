import type { Field } from "@aws-sdk/client-rds-data";
import type { AwsClients, InfrastructureOutputs } from "@selfhosted/common";
import { lacksDataApi, NoDataApi, type RunSql, withDataApi } from "../aws/data-api";
import { describeDatabase, wantsDataApi } from "../aws/database";
import type { StateResource } from "../pulumi/stacks";

// The passwords of the database's administrator, by MySQL's statements. It has two of them for a while:
// https://dev.mysql.com/doc/refman/8.0/en/password-management.html#dual-passwords. Aurora gives its administrator the privilege that
// this needs, APPLICATION_PASSWORD_ADMIN: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.MasterAccounts.html.
// Statements may be logged: none holds a password, only the hash of the one that is about to go.

/** The administrator as MySQL knows it. */
export interface Administrator {
  plugin: string;
  /** Hexadecimal. */
  hash: string;
  /** A second password that is valid too: the current one, kept before a change, or an older one, kept since a change. */
  kept: "none" | "current" | "older";
}

export const readAdministrator =
  "SELECT plugin, HEX(authentication_string), HEX(User_attributes->>'$.additional_password') FROM mysql.user " +
  "WHERE CONCAT(User, '@', Host) = CURRENT_USER()";

export const discardOlder = "ALTER USER CURRENT_USER() DISCARD OLD PASSWORD";

/** The answer to `readAdministrator`. */
export function administratorOf([plugin, hash, kept]: Field[]): Administrator {
  const found = { plugin: plugin?.stringValue ?? "", hash: hash?.stringValue ?? "" };
  if (!/^\w+$/.test(found.plugin) || !/^([0-9A-F]{2})+$/.test(found.hash)) {
    throw new Error("MySQL doesn't say how the administrator of the database signs in. Nothing was changed.");
  }
  return { ...found, kept: !kept?.stringValue ? "none" : kept.stringValue === found.hash ? "current" : "older" };
}

/**
 * Keeps the current password beside itself. A change by RDS then replaces the one, and leaves the other as it is. The manual lists no
 * `RETAIN CURRENT PASSWORD` after a hash; the server's grammar has it (`alter_user`: `identified_with_plugin_as_auth
 * opt_retain_current_password`): https://github.com/mysql/mysql-server/blob/8.0/sql/sql_yacc.yy.
 */
export function keepCurrent({ plugin, hash }: Administrator): string {
  return `ALTER USER CURRENT_USER() IDENTIFIED WITH '${plugin}' AS 0x${hash} RETAIN CURRENT PASSWORD`;
}

/** Signs in to the database with the password that the secret holds now, and does some work as its administrator. */
export type AsAdministrator = <T>(work: (run: RunSql, administrator: Administrator) => Promise<T>) => Promise<T>;

/**
 * How to sign in to a database.
 *
 * @param resources of the infrastructure layer's state.
 * @throws NoDataApi where nobody can.
 */
export async function signIn(
  { rds, rdsData }: AwsClients,
  { clusterIdentifier, credentials }: InfrastructureOutputs["database"],
  resources: StateResource[],
): Promise<AsAdministrator> {
  const database = await describeDatabase(rds, clusterIdentifier);
  const lacking = await lacksDataApi(rds, database);
  if (lacking !== undefined) {
    throw new NoDataApi(lacking);
  }
  const place = {
    clusterArn: database.cluster.DBClusterArn ?? "",
    secretArn: credentials.arn,
    staysOn: database.cluster.HttpEndpointEnabled === true || wantsDataApi(resources),
  };
  return async (work) => {
    try {
      return await withDataApi({ rds, rdsData }, place, readAdministrator, (run, row) =>
        work(run, administratorOf(row)),
      );
    } catch (error) {
      await refuseWaitingPassword(rds, clusterIdentifier);
      throw error;
    }
  };
}

/** @throws Error where RDS hasn't made a new password, and won't for a while: by its reference it does so at once. */
export async function refuseWaitingPassword(rds: AwsClients["rds"], clusterIdentifier: string): Promise<void> {
  const { cluster } = await describeDatabase(rds, clusterIdentifier);
  if (cluster.PendingModifiedValues?.MasterUserPassword !== undefined) {
    throw new Error(
      `RDS keeps the new password of ${clusterIdentifier} for the maintenance window, and no service was rolled. Wait for that, or: ` +
        `aws rds modify-db-cluster --apply-immediately --db-cluster-identifier ${clusterIdentifier}`,
    );
  }
}
