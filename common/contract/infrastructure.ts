import type { Tags } from "../tags";
import { type Contract, optional, type OutputsOf, required } from "./contract";

/** Facts of the installation that are configured once, in the infrastructure layer, and hold for all. */
export interface Installation {
  /** Prefix of every name; default `pulumi`. */
  name: string;
  accountId: string;
  region: string;
  /** The user's own tags. */
  tags: Tags;
  size: "small" | "medium" | "large";
  /** A throw-away installation: nothing is protected against deletion. */
  ephemeral: boolean;
  permissionsBoundaryArn?: string;
}

export interface Network {
  vpcId: string;
  /** Empty in a private installation. In the order in which they are configured, as the others. */
  publicSubnetIds: string[];
  privateSubnetIds: string[];
  isolatedSubnetIds: string[];
  /** The public and private subnets by their ids. */
  subnets: Record<string, Subnet>;
  vpcCidrBlocks: string[];
}

export interface Subnet {
  /** Name of its availability zone. */
  zone: string;
  /** Has an IPv6 network; in public subnets, with a route to the internet. */
  ipv6: boolean;
}

/** Keys of one JSON secret in Secrets Manager, pinned to a version so that a new value rolls what uses it. */
export interface SecretReference {
  arn: string;
  /** Empty: the current one whenever a task starts. */
  versionId: string;
}

export interface Database {
  clusterIdentifier: string;
  /** Host name of the writer. */
  endpoint: string;
  port: number;
  name: string;
  securityGroupId: string;
  /** JSON with `username` and `password`. */
  credentials: SecretReference;
  /** PEM text of the CA bundle. Where it is set the database accepts TLS only. */
  caCertificate?: string;
}

/** Bucket names. */
export interface Buckets {
  checkpoint: string;
  policy: string;
  metadata: string;
  events: string;
  /** Access logs of the buckets and the load balancers. */
  logs: string;
}

/** Object Lock of a bucket. */
export interface ObjectLock {
  /** `COMPLIANCE` lets nobody delete a version before its time, `GOVERNANCE` those with the right to bypass the lock. */
  mode: "GOVERNANCE" | "COMPLIANCE";
  /** For how long a version is kept. */
  days: number;
}

/** Copies of the installation's own data buckets. */
export interface Copies {
  region: string;
  /** Names of the copies. */
  buckets: Partial<Omit<Buckets, "logs">>;
}

/** OpenSearch, where resource search is on. */
export interface Search {
  /** `https://host:443`. */
  endpoint: string;
  securityGroupId: string;
  /** JSON with `username` and `password`. */
  credentials: SecretReference;
}

/** AWS Backup, where it is on. */
export interface BackupOutputs {
  vaultName: string;
  /** Says when which resources are backed up. Undefined where an earlier release was deployed. */
  planId?: string;
  /** When backups start: an AWS cron expression, in UTC. */
  schedule: string;
  /** ARNs of what is backed up: the database's cluster and the installation's own data buckets. */
  resourceArns: string[];
  /** Days for which the vault's lock keeps each backup, where it has one. */
  lockMinDays?: number;
  /** The vault in another region or account that gets a copy of each backup, where there is one. */
  copyVaultArn?: string;
}

/** Alarms, where they are on. */
export interface AlarmOutputs {
  /** Who is called: the topic of the alarms of all layers. */
  topicArn: string;
  /** Name of the alarm that is on while the database is in trouble. */
  database: string;
  /** URL of the folder of the runbooks. Undefined where the repository's own is named. */
  runbooksUrl?: string;
}

/** What the infrastructure layer gives to the layers below it. */
const outputs = {
  installation: required<Installation>({
    name: "pulumi",
    accountId: "111122223333",
    region: "eu-central-1",
    tags: { team: "platform" },
    size: "medium",
    ephemeral: false,
  }),
  network: required<Network>({
    vpcId: "vpc-1",
    publicSubnetIds: ["subnet-public-a", "subnet-public-b"],
    privateSubnetIds: ["subnet-private-a", "subnet-private-b"],
    isolatedSubnetIds: ["subnet-isolated-a", "subnet-isolated-b"],
    subnets: {
      "subnet-public-a": { zone: "eu-central-1a", ipv6: true },
      "subnet-public-b": { zone: "eu-central-1b", ipv6: true },
      "subnet-private-a": { zone: "eu-central-1a", ipv6: true },
      "subnet-private-b": { zone: "eu-central-1b", ipv6: true },
    },
    vpcCidrBlocks: ["10.0.0.0/16"],
  }),
  database: required<Database>({
    clusterIdentifier: "pulumi-test-database",
    endpoint: "writer.example.internal",
    port: 3306,
    name: "pulumi",
    securityGroupId: "sg-database",
    credentials: {
      arn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:database",
      versionId: "version-1",
    },
    caCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  }),
  buckets: required<Buckets>({
    checkpoint: "pulumi-checkpoint-1",
    policy: "pulumi-policy-1",
    metadata: "pulumi-metadata-1",
    events: "pulumi-events-1",
    logs: "pulumi-logs-1",
  }),
  /** The role of the API's tasks, which may use the buckets and the service's key. */
  apiTaskRoleArn: required("arn:aws:iam::111122223333:role/pulumi-test-api-task"),
  /** Encrypts what the installation stores: database, buckets, secrets, logs. */
  dataKeyArn: required("arn:aws:kms:eu-central-1:111122223333:key/data"),
  /** The customer's key, with which the service encrypts its users' secrets. */
  serviceKeyArn: required("arn:aws:kms:eu-central-1:111122223333:key/service"),
  search: optional<Search>({
    endpoint: "https://search.example.internal:443",
    securityGroupId: "sg-search",
    credentials: { arn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:search", versionId: "version-2" },
  }),
  /** The group of the VPC endpoints, where the installation made them. */
  endpointsSecurityGroupId: optional("sg-endpoints"),
  backup: optional<BackupOutputs>({
    vaultName: "pulumi-test-backup",
    planId: "plan-1",
    schedule: "cron(0 5 * * ? *)",
    resourceArns: ["arn:aws:rds:eu-central-1:111122223333:cluster:pulumi-test-database"],
  }),
  alarms: optional<AlarmOutputs>({
    topicArn: "arn:aws:sns:eu-central-1:111122223333:pulumi-test-database-events",
    database: "pulumi-test-database-alarms",
  }),
  /** How Object Lock keeps each version in the checkpoint bucket, where the installation's own has a lock. */
  checkpointLock: optional<ObjectLock>({ mode: "GOVERNANCE", days: 7 }),
  /** Copies of the data buckets in another region, where they are on. */
  copies: optional<Copies>({ region: "eu-west-1", buckets: { checkpoint: "pulumi-checkpoint-2" } }),
};

export type InfrastructureOutputs = OutputsOf<typeof outputs>;

export const infrastructureContract: Contract<InfrastructureOutputs> = { layer: "infrastructure", version: 2, outputs };
