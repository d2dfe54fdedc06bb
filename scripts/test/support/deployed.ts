import { applicationContract, dnsContract, infrastructureContract } from "@selfhosted/common";
import { exampleOutput, exampleOutputs } from "@selfhosted/common/testing";
import type { Deployed } from "../../layers";

const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/service:20260105-317-signed";

/** An installation with everything that the contracts know. */
export const deployed: Deployed = {
  infrastructure: {
    ...exampleOutputs(infrastructureContract),
    backup: {
      ...exampleOutput(infrastructureContract, "backup"),
      ...{ lockMinDays: 30, copyVaultArn: "arn:aws:backup:eu-west-1:111122223333:backup-vault:copies" },
    },
    alarms: exampleOutput(infrastructureContract, "alarms"),
    checkpointLock: exampleOutput(infrastructureContract, "checkpointLock"),
    copies: exampleOutput(infrastructureContract, "copies"),
  },
  application: {
    ...exampleOutputs(applicationContract),
    licenceEnd: exampleOutput(applicationContract, "licenceEnd"),
    secretMaxAgeDays: exampleOutput(applicationContract, "secretMaxAgeDays"),
    migration: {
      taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/migration:1",
      image,
      logGroup: "logs",
    },
  },
  dns: { ...exampleOutputs(dnsContract), healthCheckIds: exampleOutput(dnsContract, "healthCheckIds") },
};

const { infrastructure, application } = deployed;
const { taskDefinitionArn } = application.api;
const { resourceArns: backedUp = [] } = infrastructure.backup ?? {};
const now = new Date();
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

/** What AWS says of it, by service and operation: each answer has a value of each that is read. */
export const healthyAnswers: Record<string, object> = {
  "acm:DescribeCertificate": {
    Certificate: {
      Status: "ISSUED",
      Type: "IMPORTED",
      DomainName: application.api.domain,
      SubjectAlternativeNames: [application.api.domain, application.console.domain],
      NotAfter: hoursAgo(-24 * 90),
      FailureReason: "OTHER",
    },
  },
  "backup:DescribeBackupVault": { Locked: true, MinRetentionDays: 30, CreationDate: hoursAgo(999) },
  "backup:ListBackupSelections": { BackupSelectionsList: [{ CreationDate: hoursAgo(900) }] },
  "backup:ListRecoveryPointsByBackupVault": {
    RecoveryPoints: backedUp.map((ResourceArn) => ({ ResourceArn, Status: "COMPLETED", CreationDate: hoursAgo(20) })),
  },
  "backup:ListCopyJobs": {
    CopyJobs: backedUp.map((ResourceArn) => ({ ResourceArn, State: "COMPLETED", CreationDate: hoursAgo(19) })),
  },
  "ecs:DescribeServices": {
    services: [
      {
        ...{ status: "ACTIVE", runningCount: 2, desiredCount: 2, pendingCount: 0, taskDefinition: taskDefinitionArn },
        serviceArn: "arn:aws:ecs:eu-central-1:111122223333:service/acme-prod/acme-prod-api",
        clusterArn: "arn:aws:ecs:eu-central-1:111122223333:cluster/acme-prod",
        serviceName: "acme-prod-api",
        deployments: [
          {
            ...{ status: "PRIMARY", taskDefinition: taskDefinitionArn, rolloutState: "COMPLETED" },
            ...{ rolloutStateReason: "ECS deployment completed.", updatedAt: hoursAgo(5) },
          },
        ],
        events: [{ message: "(service acme-prod-api) has reached a steady state.", createdAt: hoursAgo(4) }],
      },
    ],
  },
  "ecs:DescribeTaskDefinition": {
    taskDefinition: {
      taskDefinitionArn,
      containerDefinitions: [
        {
          ...{ name: "api", image },
          secrets: [
            {
              name: "PASSWORD",
              valueFrom: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:api-AbCdEf:password::v1",
            },
          ],
        },
      ],
    },
  },
  "ecs:ListTasks": { taskArns: ["arn:aws:ecs:eu-central-1:111122223333:task/acme-prod/1"] },
  "ecs:DescribeTasks": {
    tasks: [
      {
        taskDefinitionArn: application.migration.taskDefinitionArn,
        ...{ lastStatus: "STOPPED", stoppedReason: "Essential container in task exited", group: "family:migration" },
        ...{ createdAt: hoursAgo(6), stoppedAt: hoursAgo(5), stopCode: "EssentialContainerExited" },
        containers: [{ name: "migration", exitCode: 0, image, reason: "OutOfMemoryError" }],
      },
    ],
  },
  "elb:DescribeLoadBalancers": {
    LoadBalancers: [{ State: { Code: "active", Reason: "none" }, Scheme: "internet-facing", DNSName: "api-1.example" }],
  },
  "elb:DescribeListeners": {
    Listeners: [
      {
        ...{ Protocol: "TLS", Port: 443, SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" },
        Certificates: [{ CertificateArn: application.certificateArn }],
        DefaultActions: [{ Type: "forward", TargetGroupArn: application.api.targetGroupArn }],
      },
    ],
  },
  "elb:DescribeTargetHealth": {
    TargetHealthDescriptions: [
      {
        Target: { Id: "10.0.1.5" },
        TargetHealth: { State: "unhealthy", Reason: "Target.Timeout", Description: "late" },
      },
    ],
  },
  "kms:DescribeKey": {
    KeyMetadata: { Arn: infrastructure.dataKeyArn, KeyState: "PendingDeletion", DeletionDate: hoursAgo(-240) },
  },
  "kms:ListGrants": {
    Grants: [
      {
        ...{ GrantId: "grant-1", Name: "acme-prod-data-access-service-key" },
        GranteePrincipal: infrastructure.apiTaskRoleArn,
        Operations: ["Decrypt", "Encrypt", "GenerateDataKey"],
      },
    ],
  },
  "rds:DescribeDBClusters": {
    DBClusters: [
      {
        ...{ Status: "available", Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.4" },
        ...{ StorageEncrypted: true, KmsKeyId: infrastructure.dataKeyArn, DeletionProtection: true },
        ...{ ClusterCreateTime: hoursAgo(500), LatestRestorableTime: hoursAgo(1), Endpoint: "database.example" },
        DBClusterMembers: [
          { DBInstanceIdentifier: "one", IsClusterWriter: true },
          { DBInstanceIdentifier: "two", IsClusterWriter: false },
        ],
      },
    ],
  },
  "rds:DescribeDBInstances": {
    DBInstances: ["one", "two"].map((id, index) => ({
      ...{ DBInstanceIdentifier: id, DBInstanceStatus: "available", DBInstanceClass: "db.r6g.large" },
      AvailabilityZone: `eu-central-1${"ab"[index]}`,
    })),
  },
  "rds:DescribeDBClusterSnapshots": {
    DBClusterSnapshots: [
      {
        ...{ DBClusterSnapshotIdentifier: "daily", SnapshotType: "automated", Status: "available" },
        SnapshotCreateTime: hoursAgo(9),
        TagList: [{ Key: "release", Value: "20260105-317-signed" }],
      },
    ],
  },
  "rds:DescribeEvents": {
    Events: [{ Date: hoursAgo(2), SourceIdentifier: "one", Message: "DB instance restarted" }],
  },
  "route53:ListResourceRecordSets": {
    ResourceRecordSets: [
      {
        ...{ Name: `${application.api.domain}.`, Type: "A" },
        AliasTarget: { DNSName: `${application.api.loadBalancer.dnsName}.`, HostedZoneId: "Z1" },
      },
    ],
  },
  "route53:GetHealthCheck": {
    HealthCheck: { HealthCheckConfig: { FullyQualifiedDomainName: application.api.domain } },
  },
  "route53:GetHealthCheckStatus": {
    HealthCheckObservations: [{ Region: "us-east-1", StatusReport: { Status: "Failure: connection timed out" } }],
  },
  "s3:GetBucketVersioning": { Status: "Enabled" },
  "s3:GetBucketEncryption": {
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }] },
  },
  "s3:GetPublicAccessBlock": {
    PublicAccessBlockConfiguration: {
      ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    },
  },
  "s3:ListObjectsV2": { IsTruncated: true, Contents: [{ Key: "state.json", LastModified: hoursAgo(30) }] },
  "s3:HeadObject": { ReplicationStatus: "PENDING" },
  "s3:GetObjectLockConfiguration": {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 30 } } },
  },
  "s3:GetBucketReplication": {
    ReplicationConfiguration: { Rules: [{ Status: "Enabled", Destination: { Bucket: "arn:aws:s3:::copy" } }] },
  },
  "sns:GetTopicAttributes": { Attributes: { SubscriptionsConfirmed: "1", SubscriptionsPending: "1" } },
  "secrets:ListSecretVersionIds": { Versions: [{ VersionId: "v1", CreatedDate: hoursAgo(24 * 400) }] },
  "secrets:DescribeSecret": { VersionIdsToStages: { v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] } },
};
