import type { CertificateDetail } from "@aws-sdk/client-acm";
import type { Subnet, SubnetKey } from "../../../infrastructure/exports";
import type { Facts, Vpc } from "../../init/facts";

/** Zones of the subnets of a VPC, a letter each: `ab` is one in each of two zones, `aab` two in the first. */
export type Zones = Partial<Record<"public" | "private" | "isolated", string>>;

export function vpc(id: string, zones: Zones): Vpc {
  const of = (kind: keyof Zones): Subnet[] =>
    [...(zones[kind] ?? "")].map((letter, index) => ({
      id: `subnet-${kind}${index}${letter}`,
      vpcId: id,
      availabilityZone: `eu-central-1${letter}`,
      cidrBlock: `10.0.${index}.0/24`,
      ipv6CidrBlock: undefined,
      freeAddresses: 200,
    }));
  const subnets: Record<SubnetKey, Subnet[]> = {
    publicSubnetIds: of("public"),
    privateSubnetIds: of("private"),
    isolatedSubnetIds: of("isolated"),
  };
  return { id, cidrBlock: "10.0.0.0/16", subnets };
}

export function certificate(id: string, ...names: string[]): CertificateDetail {
  return {
    CertificateArn: `arn:aws:acm:eu-central-1:111122223333:certificate/${id}`,
    DomainName: names[0],
    SubjectAlternativeNames: names,
    Status: "ISSUED",
    Type: "AMAZON_ISSUED",
    KeyAlgorithm: "RSA_2048",
    NotAfter: new Date("2120-01-01T00:00:00Z"),
  };
}

export const vpcId = "vpc-0123456789abcdef0";

/** An account that holds each thing once. */
export function account(changes: Partial<Facts> = {}): Facts {
  const tags = ["20250901-101-signed", "20260105-317-signed", "20251103-204-signed"];
  return {
    region: "eu-central-1",
    accountId: "111122223333",
    caller: "arn:aws:iam::111122223333:user/operator",
    vpcs: [vpc(vpcId, { public: "abc", private: "abc", isolated: "abc" })],
    zones: [{ id: "Z1", name: "example.com", private: false, vpcIds: [] }],
    certificates: [certificate("1", "*.pulumi.example.com")],
    keys: [{ alias: "alias/pulumi-selfhosted" }, { alias: "alias/pulumi-state" }],
    repositories: ["pulumi/service", "pulumi/console", "pulumi/migrations"].map((name) => ({ name, tags })),
    backend: "s3://my-pulumi-state",
    hasPassphrase: false,
    unread: {},
    ...changes,
  };
}

/** A licence in its form, which opens nothing. */
export const licence = [{ alg: "none" }, { sub: "test" }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat("c2ln")
  .join(".");

export const answers = { allowedCidrBlocks: "203.0.113.0/24", domain: "pulumi.example.com", licenseKey: licence };
