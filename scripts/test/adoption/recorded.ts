import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import type { ExistingBucket, ExistingDatabase, Facts, RunningApi } from "../../adoption/facts";
import type { Configured } from "../../adoption/plan";
import type { Known } from "../../init/choice";

/*
 * What the vendor's ECS installer leaves, as AWS describes it: one instance, backups of 7 days, no protection against deletion, strict tables
 * by a parameter group of the instance, buckets without versioning, policy, lifecycle or a block of public access, none for events, and a key
 * that is named by its id.
 */

export const vpcId = "vpc-0a1b2c3d4e5f60718";
export const keyOfDatabase = "arn:aws:kms:eu-central-1:111122223333:key/11111111-aws-rds";
const keyId = "22222222-3333-4444-5555-666666666666";

export const cluster: DBCluster = {
  DBClusterIdentifier: "pulumi-db-6f0c1a2",
  Engine: "aurora-mysql",
  EngineMode: "provisioned",
  EngineVersion: "8.0.mysql_aurora.3.12.0",
  Status: "available",
  DatabaseName: "pulumi",
  MasterUsername: "pulumi",
  Port: 3306,
  StorageEncrypted: true,
  KmsKeyId: keyOfDatabase,
  BackupRetentionPeriod: 7,
  DeletionProtection: false,
  DBSubnetGroup: "pulumi-db-subnets-0d41c9a",
  DBClusterParameterGroup: "default.aurora-mysql8.0",
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0a1b2c3d4e5f60718", Status: "active" }],
};

export const instance: DBInstance = {
  DBInstanceIdentifier: "pulumi-db-instance-77b1e0d",
  DBInstanceClass: "db.t3.medium",
  DBInstanceStatus: "available",
  AvailabilityZone: "eu-central-1b",
  DBParameterGroups: [{ DBParameterGroupName: "pulumi-db-options-a8d0e12", ParameterApplyStatus: "in-sync" }],
  PubliclyAccessible: false,
  PerformanceInsightsEnabled: false,
};

export const database: ExistingDatabase = {
  cluster,
  instances: [instance],
  subnetGroup: {
    DBSubnetGroupName: "pulumi-db-subnets-0d41c9a",
    VpcId: vpcId,
    Subnets: [
      { SubnetIdentifier: "subnet-4a5b6c7d", SubnetAvailabilityZone: { Name: "eu-central-1a" } },
      { SubnetIdentifier: "subnet-5a6b7c8d", SubnetAvailabilityZone: { Name: "eu-central-1b" } },
    ],
  },
  logs: [],
};

export const bucket = (name: string): ExistingBucket => ({
  name,
  region: "eu-central-1",
  isReadable: true,
  versioned: false,
  algorithm: "AES256",
  closed: false,
  hasPolicy: false,
  grants: 0,
  lifecycleRules: 0,
});

export const facts: Facts = {
  database,
  buckets: {
    checkpoint: bucket("pulumi-checkpoints-5b0e7f1"),
    policy: bucket("pulumi-policypacks-91c2d44"),
    metadata: bucket("pulumi-service-metadata-3e8a6b0"),
  },
  serviceKey: {
    KeyId: keyId,
    Arn: `arn:aws:kms:eu-central-1:111122223333:key/${keyId}`,
    KeyManager: "CUSTOMER",
    KeyState: "Enabled",
    KeySpec: "SYMMETRIC_DEFAULT",
  },
  password: "same",
  endpoints: [{ VpcEndpointId: "vpce-0a1b2c3d", ServiceName: "com.amazonaws.eu-central-1.s3" }],
};

export const api: RunningApi = {
  service: "pulumi-api",
  image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/service:20260105-317-signed",
  environment: {
    PULUMI_API_DOMAIN: "api.pulumi.example.com",
    PULUMI_DATABASE_ENDPOINT: "pulumi-db-6f0c1a2.cluster-abc.eu-central-1.rds.amazonaws.com:3306",
    PULUMI_KMS_KEY: keyId,
    PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT: "s3://pulumi-checkpoints-5b0e7f1",
    PULUMI_POLICY_PACK_BLOB_STORAGE_ENDPOINT: "s3://pulumi-policypacks-91c2d44?region=eu-central-1",
    PULUMI_SERVICE_METADATA_BLOB_STORAGE_ENDPOINT: "s3://pulumi-service-metadata-3e8a6b0",
    SMTP_SERVER: "smtp.example.com:587",
    SAML_CERTIFICATE_PUBLIC_KEY: "",
  },
  secrets: { SMTP_PASSWORD: "arn:of-secret" },
};

export const answers: Known = {
  clusterIdentifier: "pulumi-db-6f0c1a2",
  databasePassword: "as-it-is-7Q",
  checkpointBucket: "pulumi-checkpoints-5b0e7f1",
  policyBucket: "pulumi-policypacks-91c2d44",
  metadataBucket: "pulumi-service-metadata-3e8a6b0",
  serviceKeyId: keyId,
  engineEventsSchemaV2: "false",
};

/** An environment that `make init` has made. */
export const configured: Configured = {
  infrastructure: {
    region: "eu-central-1",
    ephemeral: false,
    restoresSnapshot: false,
    vpcId,
    publicSubnetIds: ["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
    privateSubnetIds: ["subnet-2a3b4c5d", "subnet-3a4b5c6d"],
    isolatedSubnetIds: ["subnet-4a5b6c7d", "subnet-5a6b7c8d", "subnet-6a7b8c9d"],
    databasePort: 3306,
    databaseInstanceCount: 2,
    databaseBackupRetentionDays: 30,
    databaseLogExports: ["audit", "error", "slowquery"],
    logRetentionDays: "365",
    bucketNoncurrentDays: 30,
  },
  application: { imageTag: "20260105-317-signed", apiHost: "api.pulumi.example.com", keys: ["domain", "imageTag"] },
};
