import { arn, globalArn, policyDocument, type Statement, type Surroundings } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { execStatements } from "./exec";
import { routerPermissions } from "./log-router-permissions";
import type { Platform } from "./platform";
import type { ApplicationConfig } from "./config";

/**
 * What the API may do beyond the data that the infrastructure layer owns: the customer's own stores, shells in its containers, and
 * what a log router beside it needs.
 * The role itself belongs to the infrastructure layer.
 */
export function apiPermissions(
  name: string,
  platform: Platform,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { config, upstream, where, cluster } = platform;
  const statements = [
    ...registryStatements(config, where),
    ...auditStatements(config, where),
    ...execStatements(cluster, upstream.dataKeyArn),
  ];
  const role = upstream.apiTaskRoleArn.split("/").pop() ?? "";
  return [
    ...(statements.length > 0
      ? [new aws.iam.RolePolicy(name, { role, policy: policyDocument(statements) }, opts)]
      : []),
    ...routerPermissions(`${name}-log-router`, { config, role }, opts),
  ];
}

function registryStatements(config: ApplicationConfig, here: Surroundings): Statement[] {
  const buckets = [config.registryPublicBucket, config.registryPrivateBucket]
    .filter((bucket) => bucket !== undefined)
    .map((bucket) => globalArn(here.partition, "s3", bucket));
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

function auditStatements(config: ApplicationConfig, here: Surroundings): Statement[] {
  const table = arn(here, "dynamodb", `table/${config.auditLogsTable}`);
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
