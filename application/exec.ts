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
        {
          // The agent in the container decrypts the session's key itself, and names the container by its cluster.
          // https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/session/crypto/blockcipher.go
          sid: "ExecKey",
          actions: ["kms:Decrypt"],
          resources: dataKeyArn,
          conditions: {
            StringLike: { "kms:EncryptionContext:aws:ssm:TargetId": `ecs:${cluster.name}_*` },
          },
        },
        // This action knows none either.
        { sid: "ExecLogGroups", actions: ["logs:DescribeLogGroups"], resources: "*" },
        {
          sid: "ExecLog",
          actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          resources: [execLogGroup.arn, pulumi.interpolate`${execLogGroup.arn}:log-stream:*`],
        },
      ];
}
