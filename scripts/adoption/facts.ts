import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { DBCluster, DBInstance, DBSubnetGroup } from "@aws-sdk/client-rds";

/** What the service keeps in buckets of its own; without one for events, they are in the database. */
export const uses = ["checkpoint", "policy", "metadata", "events"] as const;
export type Use = (typeof uses)[number];

/** What another installer has made, as AWS describes it. */
export interface Facts {
  /** Undefined where there is none of that name. */
  database: ExistingDatabase | undefined;
  buckets: Partial<Record<Use, ExistingBucket>>;
  /** Undefined where there is none of that id. */
  serviceKey: KeyMetadata | undefined;
  /** The answered password against that of the API that runs; `unknown` where that isn't to be read. */
  password: "same" | "different" | "unknown";
  /** Endpoints of the VPC: nothing is deployed yet, so that all of them are others'. */
  endpoints: Pick<VpcEndpoint, "VpcEndpointId" | "ServiceName">[];
}

export interface ExistingDatabase {
  cluster: DBCluster;
  /** The writer first. */
  instances: DBInstance[];
  subnetGroup: DBSubnetGroup;
  /** Logs of the cluster that CloudWatch has a group for, such as `error`. */
  logs: string[];
}

export interface ExistingBucket {
  name: string;
  /** Undefined where there is no such bucket. */
  region?: string;
  /** It isn't another account's, and may be read. */
  isReadable: boolean;
  versioned: boolean;
  /** Of the default encryption, such as `aws:kms`. */
  algorithm: string;
  /** ARN of the customer's key of the default encryption. */
  keyArn?: string;
  /** All public access is blocked. */
  closed: boolean;
  hasPolicy: boolean;
  /** Grants of its access control list to others than its owner. */
  grants: number;
  lifecycleRules: number;
  /** The bucket that gets its access logs. */
  logsTo?: string;
}

/** The API that runs on the database, as its task definition has it. */
export interface RunningApi {
  /** Name of the ECS service. */
  service: string;
  image: string;
  environment: Readonly<Partial<Record<string, string>>>;
  /** Variables that it gets from secrets, with what ECS reads them from. */
  secrets: Readonly<Partial<Record<string, string>>>;
}
