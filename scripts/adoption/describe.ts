import { allPages, type AwsClients, findBucket, isErrorNamed, unlessError } from "@selfhosted/common";
import { describeDatabase } from "../aws/database";
import type { Known } from "../init/choice";
import { type ExistingBucket, type ExistingDatabase, type Facts, uses } from "./facts";

/** Describes the buckets and the key that the answers name, and the VPC's endpoints. Read-only; that something isn't there is a fact. */
export async function describe(
  aws: AwsClients,
  answers: Known,
  { region, vpcId }: { region: string; vpcId: string },
): Promise<Pick<Facts, "buckets" | "serviceKey" | "endpoints">> {
  const named = uses.flatMap((use) => {
    const name = answers[`${use}Bucket`];
    return name ? [{ use, name }] : [];
  });
  const [buckets, key, endpoints] = await Promise.all([
    Promise.all(named.map(async ({ use, name }) => [use, await describeBucket(aws, name, region)] as const)),
    unlessError(/^NotFoundException$/, aws.kms.describeKey({ KeyId: answers["serviceKeyId"] })),
    allPages(async (NextToken) => {
      const page = await aws.ec2.describeVpcEndpoints({ Filters: [{ Name: "vpc-id", Values: [vpcId] }], NextToken });
      return { items: page.VpcEndpoints, next: page.NextToken };
    }),
  ]);
  return {
    buckets: Object.fromEntries(buckets),
    serviceKey: key?.KeyMetadata,
    endpoints: endpoints.filter(({ State = "" }) => !/^delet/i.test(State)),
  };
}

export async function findDatabase(
  { rds, logs }: AwsClients,
  identifier: string,
): Promise<ExistingDatabase | undefined> {
  const found = await unlessError(/^DBClusterNotFound/, describeDatabase(rds, identifier));
  if (found === undefined) {
    return undefined;
  }
  const { cluster, instances } = found;
  const folder = `/aws/rds/cluster/${identifier}/`;
  const [subnetGroups, groups] = await Promise.all([
    rds.describeDBSubnetGroups({ DBSubnetGroupName: cluster.DBSubnetGroup }),
    allPages(async (nextToken) => {
      const page = await logs.describeLogGroups({ logGroupNamePrefix: folder, nextToken });
      return { items: page.logGroups, next: page.nextToken };
    }),
  ]);
  const writer = cluster.DBClusterMembers?.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier;
  const isWriter = ({ DBInstanceIdentifier: id }: { DBInstanceIdentifier?: string }): number => Number(id === writer);
  const [subnetGroup = {}] = subnetGroups.DBSubnetGroups ?? [];
  return {
    cluster,
    instances: [...instances].sort((a, b) => isWriter(b) - isWriter(a)),
    subnetGroup,
    logs: groups.flatMap(({ logGroupName }) => logGroupName?.slice(folder.length) ?? []),
  };
}

async function describeBucket({ s3, kms }: AwsClients, name: string, region: string): Promise<ExistingBucket> {
  const unread = {
    ...{ name, isReadable: false, versioned: false, algorithm: "", closed: false, hasPolicy: false },
    ...{ grants: 0, lifecycleRules: 0 },
  };
  const found = await findBucket(s3, name, region).catch((error: unknown) => {
    if (isErrorNamed(error, /^(NotFound|NoSuchBucket)$/)) {
      return undefined;
    }
    throw error;
  });
  if (found === undefined || !found.isReadable || found.region !== region) {
    return { ...unread, ...found };
  }
  const Bucket = name;
  // S3 answers a setting that was never made with an error.
  const [versioning, encryption, block, policy, lifecycle, acl, logging] = await Promise.all([
    s3.getBucketVersioning({ Bucket }),
    unlessError(/^ServerSideEncryptionConfigurationNotFoundError$/, s3.getBucketEncryption({ Bucket })),
    unlessError(/^NoSuchPublicAccessBlockConfiguration$/, s3.getPublicAccessBlock({ Bucket })),
    unlessError(/^NoSuchBucketPolicy$/, s3.getBucketPolicy({ Bucket })),
    unlessError(/^NoSuchLifecycleConfiguration$/, s3.getBucketLifecycleConfiguration({ Bucket })),
    s3.getBucketAcl({ Bucket }),
    s3.getBucketLogging({ Bucket }),
  ]);
  const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: keyId } =
    encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
  const key = keyId === undefined ? undefined : (await kms.describeKey({ KeyId: keyId })).KeyMetadata;
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
    block?.PublicAccessBlockConfiguration ?? {};
  const logsTo = logging.LoggingEnabled?.TargetBucket;
  return {
    ...{ name, region, isReadable: true, algorithm },
    ...(key?.KeyManager === "CUSTOMER" && { keyArn: key.Arn ?? "" }),
    versioned: versioning.Status === "Enabled",
    closed: [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every(Boolean),
    hasPolicy: policy?.Policy !== undefined,
    grants: (acl.Grants ?? []).filter(({ Grantee }) => Grantee?.ID !== acl.Owner?.ID).length,
    lifecycleRules: lifecycle?.Rules?.length ?? 0,
    ...(logsTo !== undefined && { logsTo }),
  };
}
