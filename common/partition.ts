import { alwaysIn, type AwsClients } from "./aws";

/** Where a layer runs: the account and partition are those of the caller, whom AWS names. */
export interface Surroundings {
  accountId: string;
  region: string;
  /** Such as `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
  /** The end of AWS's host names there, such as `amazonaws.com`. */
  dnsSuffix: string;
}

/** Asks AWS who is calling and where. */
export async function surroundings({ sts }: Pick<AwsClients, "sts">, region: string): Promise<Surroundings> {
  return surroundingsOf(await sts.getCallerIdentity({}), region);
}

/** Where a layer runs that is deployed by this caller. */
export function surroundingsOf(identity: { Account?: string; Arn?: string }, region: string): Surroundings {
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
