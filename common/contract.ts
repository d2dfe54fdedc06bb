import * as pulumi from "@pulumi/pulumi";
import { Layer } from "./component";
import { Tags } from "./tags";

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
  /** For so many days. */
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

/** What the infrastructure layer gives to the layers below it. */
export interface InfrastructureOutputs {
  contractVersion: number;
  installation: Installation;
  network: Network;
  database: Database;
  buckets: Buckets;
  apiTaskRoleArn: string;
  /** Encrypts what the installation stores: database, buckets, secrets, logs. */
  dataKeyArn: string;
  /** The customer's key, with which the service encrypts its users' secrets. */
  serviceKeyArn: string;
  search?: Search;
  /** The group of the VPC endpoints, where the installation made them. */
  endpointsSecurityGroupId?: string;
  backup?: BackupOutputs;
  /** How Object Lock keeps each version in the checkpoint bucket, where the installation's own has a lock. */
  checkpointLock?: ObjectLock;
  /** Copies of the data buckets in another region, where they are on. */
  copies?: Copies;
}

export interface LoadBalancerOutputs {
  arn: string;
  dnsName: string;
  /** Zone of `dnsName`, for alias records. */
  zoneId: string;
}

export interface TaskOutputs {
  taskDefinitionArn: string;
  /** Reference of the image that its container pulls. */
  image: string;
  logGroup: string;
}

/** A service that nobody calls from outside. */
export interface WorkerOutputs extends TaskOutputs {
  serviceName: string;
}

export interface ServiceOutputs extends WorkerOutputs {
  /** Bare host name that users type. */
  domain: string;
  loadBalancer: LoadBalancerOutputs;
  targetGroupArn: string;
}

/** What the application layer gives to the dns layer and to the operator's commands. */
export interface ApplicationOutputs {
  contractVersion: number;
  installation: Installation;
  clusterName: string;
  imageTag: string;
  api: ServiceOutputs;
  console: ServiceOutputs;
  /** Background jobs of the API, where they have a service of their own. */
  jobs?: WorkerOutputs;
  migration: TaskOutputs;
  certificateArn: string;
  /** Load balancers in the private subnets only. */
  internal: boolean;
  dualStack: boolean;
  /** The networks that may call the load balancers; undefined where everyone may, or the VPC. */
  allowedCidrBlocks?: string[];
  /** Prefix lists of more such networks. */
  allowedPrefixListIds?: string[];
  /** Where the dns layer may find the zone of a private installation. */
  vpcId: string;
}

/** What the dns layer publishes for the operator. */
export interface DnsOutputs {
  contractVersion: number;
  apiUrl: string;
  consoleUrl: string;
  zoneId: string;
  /** The role that reads and changes the zone, where it belongs to another account. */
  zoneRoleArn?: string;
  /** Names of the records made. */
  records: string[];
  /** Route 53 health checks, where they are on. */
  healthCheckIds?: string[];
}

/** The outputs of a layer as data: what must be there, and which version of the agreement it is. */
export interface Contract<T> {
  layer: Layer;
  /** Raised when a reader of the old outputs would misread the new ones. */
  version: number;
  outputs: { [K in keyof T]-?: undefined extends T[K] ? "optional" : "required" };
}

export const infrastructureContract: Contract<InfrastructureOutputs> = {
  layer: "infrastructure",
  version: 2,
  outputs: {
    contractVersion: "required",
    installation: "required",
    network: "required",
    database: "required",
    buckets: "required",
    apiTaskRoleArn: "required",
    dataKeyArn: "required",
    serviceKeyArn: "required",
    search: "optional",
    endpointsSecurityGroupId: "optional",
    backup: "optional",
    checkpointLock: "optional",
    copies: "optional",
  },
};

export const applicationContract: Contract<ApplicationOutputs> = {
  layer: "application",
  version: 1,
  outputs: {
    contractVersion: "required",
    installation: "required",
    clusterName: "required",
    imageTag: "required",
    api: "required",
    console: "required",
    jobs: "optional",
    migration: "required",
    certificateArn: "required",
    internal: "required",
    dualStack: "required",
    allowedCidrBlocks: "optional",
    allowedPrefixListIds: "optional",
    vpcId: "required",
  },
};

export const dnsContract: Contract<DnsOutputs> = {
  layer: "dns",
  version: 1,
  outputs: {
    contractVersion: "required",
    apiUrl: "required",
    consoleUrl: "required",
    zoneId: "required",
    zoneRoleArn: "optional",
    records: "required",
    healthCheckIds: "optional",
  },
};

/** What a layer's outputs lack to follow the contract. */
export function missingOutputs<T>(contract: Contract<T>, outputs: Record<string, unknown>): string[] {
  return Object.entries(contract.outputs)
    .filter(([key, need]) => need === "required" && outputs[key] === undefined)
    .map(([key]) => key);
}

/** `T`, any part of which may still be an output. */
export type DeepInput<T> = pulumi.Input<
  T extends readonly (infer E)[] ? DeepInput<E>[] : T extends object ? { [K in keyof T]: DeepInput<T[K]> } : T
>;

/** The outputs of a layer, checked against its contract at compile time; the value that `index.ts` exports. */
export function publish<T extends { contractVersion: number }>(
  contract: Contract<T>,
  outputs: { [K in keyof Omit<T, "contractVersion">]: DeepInput<Omit<T, "contractVersion">[K]> },
): Record<string, unknown> {
  const defined = Object.entries(outputs).filter(([, value]) => value !== undefined);
  return { contractVersion: contract.version, ...Object.fromEntries(defined) };
}
