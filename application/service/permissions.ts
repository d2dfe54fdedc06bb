import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, type Context, globalArn, physicalName, policyDocument, type Statement } from "@selfhosted/common";
import { ServiceRole } from "@selfhosted/common/components";
import type { ApplicationConfig } from "../config";
import type { LogRouter } from "../task/log-router";
import type { Cluster } from "./cluster";

interface TaskPermissionsArgs {
  context: Context;
  cluster: Cluster;
  /** KMS key of the shells in containers. */
  keyArn: pulumi.Input<string>;
  logRouter?: LogRouter;
}

export interface ApiPermissionsArgs extends TaskPermissionsArgs {
  config: Pick<ApplicationConfig, "registryPublicBucket" | "registryPrivateBucket" | "auditLogsTable">;
  /** Of the infrastructure layer, which gives it what the API's data needs. */
  taskRoleArn: string;
}

/**
 * What the API may do beyond the data that the infrastructure layer owns: the customer's own stores, shells in its containers, and
 * what a log router beside it needs.
 *
 * @returns what must be there before a task starts.
 */
export function apiPermissions(
  name: string,
  args: ApiPermissionsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const statements = [...registryStatements(args), ...auditStatements(args), ...execStatements(args)];
  const role = args.taskRoleArn.split("/").pop() ?? "";
  return [
    ...(statements.length > 0
      ? [new aws.iam.RolePolicy(name, { role, policy: policyDocument(statements) }, opts)]
      : []),
    ...routerPolicy(`${name}-log-router`, role, args, opts),
  ];
}

/**
 * The role of the console's tasks, and its policies, which must be there before a task starts. The console calls nothing in AWS: it has a
 * role only for shells in its containers, or for a log router that calls AWS.
 */
export function consoleRole(
  name: string,
  args: TaskPermissionsArgs,
  opts: pulumi.CustomResourceOptions,
): { arn?: pulumi.Output<string>; policies: pulumi.Resource[] } {
  const statements = execStatements(args);
  if (statements.length === 0 && args.logRouter?.policyArn === undefined) {
    return { policies: [] };
  }
  const role = new ServiceRole(
    `${name}-role`,
    { context: args.context, name: physicalName("role", name), services: "ecs-tasks", ownAccountOnly: true },
    opts,
  );
  const shells =
    statements.length > 0
      ? [new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: policyDocument(statements) }, opts)]
      : [];
  return { arn: role.arn, policies: [...shells, ...routerPolicy(`${name}-log-router`, role.name, args, opts)] };
}

/** What a log router may do in AWS: what the customer's own policy says, and nothing without one. */
function routerPolicy(
  name: string,
  role: pulumi.Input<string>,
  { logRouter }: TaskPermissionsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { policyArn } = logRouter ?? {};
  return policyArn === undefined ? [] : [new aws.iam.RolePolicyAttachment(name, { role, policyArn }, opts)];
}

function registryStatements({ config, context }: ApiPermissionsArgs): Statement[] {
  const buckets = [config.registryPublicBucket, config.registryPrivateBucket]
    .filter((bucket) => bucket !== undefined)
    .map((bucket) => globalArn(context.location.partition, "s3", bucket));
  return buckets.length === 0
    ? []
    : [
        {
          sid: "RegistryObjects",
          actions: [
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
          ],
          resources: buckets.map((bucket) => `${bucket}/*`),
        },
        {
          sid: "RegistryBuckets",
          actions: ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
          resources: buckets,
        },
      ];
}

function auditStatements({ config, context }: ApiPermissionsArgs): Statement[] {
  const table = arn(context.location, "dynamodb", `table/${config.auditLogsTable}`);
  return config.auditLogsTable === undefined
    ? []
    : [
        {
          sid: "AuditLogs",
          actions: [
            "dynamodb:PutItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:DescribeTable",
          ],
          resources: [table, `${table}/index/*`],
        },
      ];
}

/** What a container needs for shells by ECS Exec; nothing where they are off. */
function execStatements({ cluster: { name, execLogGroup }, keyArn }: TaskPermissionsArgs): Statement[] {
  return execLogGroup === undefined
    ? []
    : [
        {
          // These actions don't support resource-level permissions.
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
          resources: keyArn,
          conditions: { StringLike: { "kms:EncryptionContext:aws:ssm:TargetId": `ecs:${name}_*` } },
        },
        // Nor does this one.
        { sid: "ExecLogGroups", actions: ["logs:DescribeLogGroups"], resources: "*" },
        {
          sid: "ExecLog",
          actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          resources: [execLogGroup.arn, pulumi.interpolate`${execLogGroup.arn}:log-stream:*`],
        },
      ];
}
