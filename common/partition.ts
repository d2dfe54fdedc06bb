import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where a layer runs, as AWS tells it. Region names are never parsed: AWS is asked. */
export interface Surroundings {
  accountId: string;
  region: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
  /** `amazonaws.com`, or `amazonaws.com.cn` in China. */
  dnsSuffix: string;
}

/** Asks AWS who is calling and where. */
export function surroundings(opts: pulumi.InvokeOptions): pulumi.Output<Surroundings> {
  return pulumi
    .all([aws.getCallerIdentityOutput({}, opts), aws.getRegionOutput({}, opts), aws.getPartitionOutput({}, opts)])
    .apply(([caller, region, partition]) => ({
      accountId: caller.accountId,
      region: region.region,
      partition: partition.partition,
      dnsSuffix: partition.dnsSuffix,
    }));
}

/** `arn:<partition>:<service>:<region>:<account>:<resource>` in the partition, region and account of `where`. */
export function arn(where: Surroundings, service: string, resource: string): string {
  return `arn:${where.partition}:${service}:${where.region}:${where.accountId}:${resource}`;
}

/** Like `arn`, for services whose ARNs name neither region nor account: S3 buckets and AWS-managed policies. */
export function globalArn(partition: string, service: string, resource: string, account = ""): string {
  return `arn:${partition}:${service}::${account}:${resource}`;
}

/**
 * Services that keep the suffix `amazonaws.com` in every partition when they assume a role
 * (https://docs.aws.amazon.com/general/latest/gr/rande.html and the services' own pages on roles).
 */
export const globalPrincipals = [
  "backup",
  "batchoperations.s3",
  "delivery.logs",
  "ecs-tasks",
  "es",
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
 * have there, so both stand for each service; the one that isn't in use matches nothing else.
 */
export function viaServices(where: Pick<Surroundings, "region" | "dnsSuffix">, ...services: string[]): string[] {
  const suffixes = [...new Set([where.dnsSuffix, "amazonaws.com"])];
  return suffixes.flatMap((suffix) => services.map((service) => `${service}.${where.region}.${suffix}`));
}

/** Like `servicePrincipal`, for the services that have one in each region: CloudWatch Logs. */
export function regionalPrincipal(service: "logs", where: Surroundings): string {
  return `${service}.${where.region}.${where.dnsSuffix}`;
}
