import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

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
        { name: `/aws/rds/cluster/${clusterIdentifier}/${log}`, retentionInDays, kmsKeyId: keyArn },
        opts,
      ),
  );
}
