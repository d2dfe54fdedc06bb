import type { CertificateDetail } from "@aws-sdk/client-acm";
import type { HostedZone } from "@selfhosted/common";
import type { Subnet, SubnetKey } from "../../infrastructure/exports";

/** What the account holds of that which an installation needs. */
export interface Facts {
  region: string;
  accountId: string;
  /** ARN of whose credentials these are. */
  caller: string;
  vpcs: Vpc[];
  zones: Zone[];
  /** Issued ones. */
  certificates: CertificateDetail[];
  keys: Key[];
  /** Of the images of a release. */
  repositories: Repository[];
  /** Where Pulumi keeps its state, such as `s3://my-pulumi-state`. */
  backend: string;
  /** Whether this shell holds a passphrase for Pulumi's secrets. */
  hasPassphrase: boolean;
  /** What could not be read, and why. */
  unread: Partial<Record<Listed, string>>;
}

/** What is looked up as a list, which is empty where it can't be read. */
export type Listed = "vpcs" | "zones" | "certificates" | "keys" | "repositories";

export interface Vpc {
  id: string;
  /** Its tag `Name`. */
  name?: string;
  cidrBlock: string;
  subnets: Record<SubnetKey, Subnet[]>;
}

export interface Zone extends HostedZone {
  /** The VPCs that see a private one. */
  vpcIds: string[];
}

/** A key of the customer's that has a name. */
export interface Key {
  /** Such as `alias/pulumi-selfhosted`. */
  alias: string;
  /** Why it can't encrypt. */
  flaw?: string;
}

/** A repository of ECR. */
export interface Repository {
  name: string;
  /** Of its images; undefined where there is no such repository. */
  tags?: string[];
}
