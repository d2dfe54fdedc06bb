import { alwaysIn } from "./aws/answers";
import type { AwsClients } from "./aws/clients";

/** Where a layer runs: account and partition of the credentials, and the configured region. */
export interface Location {
  accountId: string;
  region: string;
  /** Such as `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
  /** The end of AWS's host names there, such as `amazonaws.com`. */
  dnsSuffix: string;
}

/** The location of these credentials, in a region. */
export async function callerLocation({ sts }: Pick<AwsClients, "sts">, region: string): Promise<Location> {
  return locationOf(await sts.getCallerIdentity({}), region);
}

/** The location of an identity, as STS describes it, in a region. */
export function locationOf(identity: { Account?: string; Arn?: string }, region: string): Location {
  const [accountId, caller] = [alwaysIn(identity, "Account"), alwaysIn(identity, "Arn")];
  const [, partition = "aws"] = caller.split(":");
  return { accountId, region, partition, dnsSuffix: dnsSuffixes[partition] ?? "amazonaws.com" };
}

/** Partitions whose host names have a suffix of their own: https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json */
const dnsSuffixes: Record<string, string> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
};

/** `arn:<partition>:<service>:<region>:<account>:<resource>` in the partition, region and account of the location. */
export function arn(location: Location, service: string, resource: string): string {
  return `arn:${location.partition}:${service}:${location.region}:${location.accountId}:${resource}`;
}

/** Like `arn`, for services whose ARNs name neither region nor account: S3 buckets and AWS-managed policies. */
export function globalArn(partition: string, service: string, resource: string, account = ""): string {
  return `arn:${partition}:${service}::${account}:${resource}`;
}

/** Where an ARN is; undefined for a text that is none, such as the name of an alias. */
export function parseArn(text: string): { partition: string; region: string; account: string } | undefined {
  const [arn, partition = "", , region = "", account = ""] = text.split(":");
  return arn === "arn" ? { partition, region, account } : undefined;
}

/**
 * Services that keep the suffix `amazonaws.com` in every partition when they assume a role
 * (https://docs.aws.amazon.com/general/latest/gr/rande.html and the services' own pages on roles).
 */
export const globalPrincipals = [
  "backup",
  "batchoperations.s3",
  "cloudwatch",
  "delivery.logs",
  "ecs-tasks",
  "es",
  "events",
  "events.rds",
  "logging.s3",
  "monitoring.rds",
  "opensearchservice",
  "s3",
] as const;
export type GlobalPrincipal = (typeof globalPrincipals)[number];

/** The name by which a service assumes a role. */
export function servicePrincipal(service: GlobalPrincipal): string {
  return `${service}.amazonaws.com`;
}

/**
 * The values of the condition key `kms:ViaService` for these services in one region. In China no source says which suffix they
 * have there, so each service is listed with both; the one that isn't in use matches nothing else.
 */
export function viaServices(location: Pick<Location, "region" | "dnsSuffix">, ...services: string[]): string[] {
  const suffixes = [...new Set([location.dnsSuffix, "amazonaws.com"])];
  return suffixes.flatMap((suffix) => services.map((service) => `${service}.${location.region}.${suffix}`));
}

/** Like `servicePrincipal`, for the services that have one in each region: CloudWatch Logs. */
export function regionalPrincipal(service: "logs", location: Location): string {
  return `${service}.${location.region}.${location.dnsSuffix}`;
}
