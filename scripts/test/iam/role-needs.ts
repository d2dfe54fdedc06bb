/** What a role needs, and so all that it may do. */
export interface RoleNeeds {
  /** The services that take the role on. */
  services: string[];
  /** Why one of them may do so on behalf of any account. */
  unguarded?: string;
  /** What it may do with what holds data; nothing with all the rest. */
  data?: Record<string, string[]>;
  /** Actions for which AWS knows no resources. */
  anywhere?: string[];
  /** AWS's own policies. */
  managed?: string[];
}

/** Of the service's data: it reads, writes and lists objects, and uploads large ones in parts. */
const objects = [
  ...["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
  ...["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
];
const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const write = ["logs:CreateLogStream", "logs:PutLogEvents"];
const read = ["secretsmanager:GetSecretValue"];

/** Of a task whose containers can be opened to a shell. */
const shell = {
  data: { "logs cluster-exec-logs": write },
  anywhere: [
    ...["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"],
    ...["ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "logs:DescribeLogGroups"],
  ],
};

/** What starts tasks: it pulls their image, writes their log, and reads their secrets into their environment. */
function execution(image: string, task: string, ...secrets: string[]): RoleNeeds {
  return {
    services: ["ecs-tasks.amazonaws.com"],
    unguarded: "AWS documents a source account for roles of tasks only: without it no task would start",
    data: {
      ...Object.fromEntries(secrets.map((secret) => [`secret ${secret}`, read])),
      [`logs ${task}-logs`]: write,
      [`images pulumi/${image}`]: pull,
    },
    anywhere: ["ecr:GetAuthorizationToken"],
  };
}

const uses = ["checkpoint", "policy", "metadata", "events"];
const buckets = (place: string, actions: string[]): Record<string, string[]> =>
  Object.fromEntries(uses.map((use) => [`bucket ${place}-${use}`, actions]));

/**
 * Each role that the layers make, with everything on, by its logical name without that of the installation. The API's containers need
 * their four buckets, the service key, and the registry's bucket and the audit log's table where there are some; the console's and the
 * migration's need nothing of AWS.
 */
export const roleNeeds: Record<string, RoleNeeds> = {
  "database-monitoring-role": {
    services: ["monitoring.rds.amazonaws.com"],
    managed: ["service-role/AmazonRDSEnhancedMonitoringRole"],
  },
  "replication-role": {
    services: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"],
    unguarded: "AWS documents no source account for replication",
    data: {
      ...buckets("buckets", [
        ...["s3:ListBucket", "s3:GetReplicationConfiguration"],
        ...["s3:GetObjectVersionForReplication"],
      ]),
      ...buckets("replication-there", ["s3:ReplicateObject"]),
    },
  },
  "data-access-api-role": {
    services: ["ecs-tasks.amazonaws.com"],
    data: {
      ...buckets("buckets", objects),
      ...shell.data,
      "the service key": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      "bucket registry": objects,
      "table audit": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:Query"],
    },
    anywhere: shell.anywhere,
  },
  "backup-role": {
    services: ["backup.amazonaws.com"],
    managed: [
      ...["AWSBackupServiceRolePolicyForS3Backup", "AWSBackupServiceRolePolicyForS3Restore"],
      ...["service-role/AWSBackupServiceRolePolicyForBackup", "service-role/AWSBackupServiceRolePolicyForRestores"],
    ],
  },
  "console-task-role": { services: ["ecs-tasks.amazonaws.com"], ...shell },
  "api-execution-role": execution("service", "api", "database-credentials", "search-credentials", "api-secrets"),
  "api-jobs-execution-role": execution(
    "service",
    "api-jobs",
    ...["database-credentials", "search-credentials", "api-jobs-secrets"],
  ),
  "console-execution-role": execution("console", "console", "console-secrets"),
  "migration-execution-role": execution("migrations", "migration", "database-credentials"),
};
