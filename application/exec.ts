import type { Statement } from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster";

/** What a container needs for shells by ECS Exec; nothing where they are off. */
export function execStatements(cluster: Cluster, dataKeyArn: string): Statement[] {
  const { execLogGroup } = cluster;
  return execLogGroup === undefined
    ? []
    : [
        {
          // These actions know no resources.
          sid: "ExecChannel",
          actions: [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          resources: "*",
        },
        { sid: "ExecKey", actions: ["kms:Decrypt"], resources: dataKeyArn },
        // This action knows none either.
        { sid: "ExecLogGroups", actions: ["logs:DescribeLogGroups"], resources: "*" },
        {
          sid: "ExecLog",
          actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          resources: [execLogGroup.arn, pulumi.interpolate`${execLogGroup.arn}:log-stream:*`],
        },
      ];
}
