import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigProblem } from "@selfhosted/common";
import { logGroupName } from "./database-names";

export interface DatabaseLogsArgs {
  clusterIdentifier: string;
  /** Aurora's names of the logs. */
  logs: string[];
  retentionInDays: number;
  keyArn: pulumi.Input<string>;
}

/** The log groups that RDS exports the logs of a cluster to; it knows them by these names. */
export function databaseLogGroups(
  name: string,
  { clusterIdentifier, logs, retentionInDays, keyArn }: DatabaseLogsArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup[] {
  return logs.map(
    (log) =>
      new aws.cloudwatch.LogGroup(
        `${name}-${log}`,
        { name: logGroupName(clusterIdentifier, log), retentionInDays, kmsKeyId: keyArn },
        opts,
      ),
  );
}

/**
 * The exported logs' groups that are in the way of a new cluster. RDS makes a group again when it writes the last lines of a cluster
 * that is deleted with it (https://github.com/hashicorp/terraform-provider-aws/issues/42858).
 */
export function databaseLogProblems(foreign: string[]): ConfigProblem[] {
  const [each, it] = foreign.length === 1 ? ["log group", "it"] : ["log groups", "them"];
  const exist = foreign.length === 1 ? "exists" : "exist";
  const reason = `${each} ${foreign.join(", ")} ${exist} already, from an earlier database of that name; keep the lines elsewhere, then delete ${it}`;
  const fix = foreign.map((name) => `aws logs delete-log-group --log-group-name ${name}`).join(" && ");
  return foreign.length > 0 ? [{ key: "databaseLogExports", reason, fix }] : [];
}
