import { join } from "node:path";
import {
  type AwsAnswers,
  licenceOfTests,
  type Outcome,
  type Partition,
  partitions,
  run,
  type Values,
} from "@selfhosted/common/testing";
import { everythingOn } from "../../../infrastructure/test/configurations";
import { type LayerArgs, runLayer } from "../../../infrastructure/test/layer";
import { repository } from "../../repository";

/** Where the buckets are copied to. */
export const otherRegion: Record<Partition, string> = {
  aws: "eu-west-1",
  "aws-us-gov": "us-gov-east-1",
  "aws-cn": "cn-northwest-1",
};

/** A certificate of all hosts. */
const certified: Partial<AwsAnswers> = {
  "acm:DescribeCertificate": () => ({
    Certificate: {
      Status: "ISSUED",
      KeyAlgorithm: "RSA-2048",
      SubjectAlternativeNames: ["example.com", "*.example.com", "pulumi.example.com", "*.pulumi.example.com"],
    },
  }),
};

/** The infrastructure layer over mocks, with all that may name something of AWS. */
export function infrastructure(
  partition: Partition,
  config: Values = {},
  more: Pick<LayerArgs, "aws" | "stack"> = {},
): Promise<Outcome> {
  const own = {
    permissionsBoundaryArn: `arn:${partition}:iam::111122223333:policy/boundary`,
    bucketReplicationRegion: otherRegion[partition],
  };
  return runLayer({ ...more, partition, config: { ...everythingOn, ...own, ...config } });
}

/** The application layer on what the infrastructure layer says, with all that may name something of AWS. */
export function application(
  partition: Partition,
  above: Outcome,
  config: Values = {},
  stack = "prod",
): Promise<Outcome> {
  const { region } = partitions[partition];
  return run({
    layer: "application",
    folder: join(repository, "application"),
    stack,
    partition,
    stacks: { "selfhosted-infrastructure": above.outputs },
    config: {
      imageTag: "20260101-1000-signed",
      domain: "example.com",
      certificateArn: `arn:${partition}:acm:${region}:111122223333:certificate/1`,
      licenseKey: licenceOfTests,
      agGridLicenseKey: "licence",
      openToInternet: config["allowedCidrBlocks"] === undefined,
      execEnabled: true,
      jobsEnabled: true,
      // Only there has S3 endpoints of that kind in these tests.
      fipsEndpoints: partition === "aws-us-gov",
      registryPublicBucket: "registry",
      auditLogsTable: "audit",
      httpsProxy: "http://proxy.example.internal:3128",
      ...config,
    },
    secretKeys: ["licenseKey", "agGridLicenseKey"],
    aws: certified,
    calls: {
      "aws:ec2/getPrefixList:getPrefixList": () => ({ id: "pl-1" }),
    },
  });
}

/** The dns layer on what the application layer says. */
export function dns(partition: Partition, above: Outcome): Promise<Outcome> {
  return run({
    layer: "dns",
    folder: join(repository, "dns"),
    stack: "prod",
    partition,
    stacks: { "selfhosted-application": above.outputs },
    aws: certified,
    config: {
      zoneName: "example.com",
      bareDomain: true,
      assumeRoleArn: `arn:${partition}:iam::444455556666:role/dns`,
    },
  });
}
