import type { CertificateDetail, KeyAlgorithm } from "@aws-sdk/client-acm";
import { STS } from "@aws-sdk/client-sts";
import {
  allPages,
  alwaysIn,
  type AwsClients,
  awsClients,
  hostedZones,
  type Location,
  locationOf,
  unlessError,
} from "@selfhosted/common";
import { kinds, parseImage, references } from "../../application/operations";
import { findSubnets, keyFlaw } from "../../infrastructure/exports";
import { backends } from "../recovery/backend";
import { explain } from "../report";
import type { Known } from "./choice";
import type { Facts, Key, Listed, Repository, Vpc, Zone } from "./facts";

/** The region of the answers, or of the AWS settings: a variable, or the profile. */
export async function regionOf(answers: Known): Promise<string> {
  try {
    return answers["aws:region"] ?? (await new STS({}).config.region());
  } catch {
    throw new Error(
      "Say which region: export AWS_REGION=eu-central-1, a profile with one in AWS_PROFILE, or aws:region in the answers.",
    );
  }
}

/** Looks up what the account holds of that which an installation needs, all at once. What can't be read is said, and stops nothing. */
export async function discover(region: string, answers: Known): Promise<Facts> {
  const aws = awsClients({ region });
  const identity = await aws.sts.getCallerIdentity({}).catch((error: unknown) => {
    throw new Error(explain(error, "the account of the credentials"));
  });
  const location = locationOf(identity, region);
  const { accountId = location.accountId } = answers;
  if (accountId !== location.accountId) {
    throw new Error(
      `The answers are for account ${accountId}, but the credentials are those of ${alwaysIn(identity, "Arn")}.`,
    );
  }
  const unread: Facts["unread"] = {};
  const list = <T>(what: Listed, name: string, items: Promise<T[]>): Promise<T[]> =>
    items.catch((error: unknown) => {
      unread[what] = explain(error, name);
      return [];
    });
  const [vpcs, zones, certificates, keys, repositories, backend] = await Promise.all([
    list("vpcs", "the VPCs", findVpcs(aws, answers["publicSubnetsBehindFirewall"] === "true")),
    list("zones", "the hosted zones", findZones(aws)),
    list("certificates", "the certificates", findCertificates(aws)),
    list("keys", "the KMS keys", findKeys(aws)),
    list("repositories", "the repositories of the images", findRepositories(location, answers)),
    backends()("infrastructure"),
  ]);
  return {
    region,
    accountId: location.accountId,
    caller: alwaysIn(identity, "Arn"),
    ...{ vpcs, zones, certificates, keys, repositories, backend, unread },
    hasPassphrase: ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"].some((name) => process.env[name]),
  };
}

async function findVpcs({ ec2 }: AwsClients, behindFirewall: boolean): Promise<Vpc[]> {
  const found = await allPages(async (NextToken) => {
    const page = await ec2.describeVpcs({ NextToken });
    return { items: page.Vpcs, next: page.NextToken };
  });
  return Promise.all(
    found.map(async ({ VpcId: id = "", CidrBlock: cidrBlock = "", Tags: tags = [] }) => {
      const name = tags.find(({ Key }) => Key === "Name")?.Value;
      return { id, cidrBlock, subnets: await findSubnets(ec2, id, behindFirewall), ...(name && { name }) };
    }),
  );
}

async function findZones({ route53 }: AwsClients): Promise<Zone[]> {
  const zones = await hostedZones(route53);
  return Promise.all(
    zones.map(async (zone) => {
      const { VPCs = [] } = zone.private ? await route53.getHostedZone({ Id: zone.id }) : {};
      return { ...zone, vpcIds: VPCs.flatMap(({ VPCId }) => VPCId ?? []) };
    }),
  );
}

/** ACM lists certificates with RSA keys of 2048 bits, and those with others where it is asked for them. */
const keyTypes: KeyAlgorithm[] = ["RSA_2048", "RSA_3072", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

async function findCertificates({ acm }: AwsClients): Promise<CertificateDetail[]> {
  const found = await allPages(async (NextToken) => {
    const page = await acm.listCertificates({ CertificateStatuses: ["ISSUED"], Includes: { keyTypes }, NextToken });
    return { items: page.CertificateSummaryList, next: page.NextToken };
  });
  const details = found.map(({ CertificateArn }) => acm.describeCertificate({ CertificateArn }));
  return (await Promise.all(details)).flatMap(({ Certificate }) => Certificate ?? []);
}

/** The keys that have a name, but for those that AWS manages. */
async function findKeys({ kms }: AwsClients): Promise<Key[]> {
  const aliases = await allPages(async (Marker) => {
    const page = await kms.listAliases({ Marker });
    return { items: page.Aliases, next: page.NextMarker };
  });
  const own = aliases.filter(({ AliasName: name, TargetKeyId: id }) => id && !name?.startsWith("alias/aws/"));
  return Promise.all(
    own.map(async ({ AliasName: alias = "", TargetKeyId: KeyId }) => {
      const flaw = keyFlaw(alwaysIn(await kms.describeKey({ KeyId }), "KeyMetadata"))?.reason;
      return { alias, ...(flaw && { flaw }) };
    }),
  );
}

/** The three repositories of a release, of the registry that the answers name, or else of the account. */
async function findRepositories(home: Location, answers: Known): Promise<Repository[]> {
  const { imageRegistryAccountId, imageRegistryRegion, imagePrefix } = answers;
  const images = references({ imageTag: "any", imageRegistryAccountId, imageRegistryRegion, imagePrefix }, home);
  return Promise.all(
    kinds.flatMap((kind) => {
      const image = parseImage(images[kind]);
      return image === undefined ? [] : [findRepository(image)];
    }),
  );
}

async function findRepository({
  accountId,
  region,
  repository,
}: NonNullable<ReturnType<typeof parseImage>>): Promise<Repository> {
  const { ecr } = awsClients({ region });
  const images = await unlessError(
    /RepositoryNotFound/,
    allPages(async (nextToken) => {
      const page = await ecr.describeImages({ registryId: accountId, repositoryName: repository, nextToken });
      return { items: page.imageDetails, next: page.nextToken };
    }),
  );
  return { name: repository, ...(images && { tags: images.flatMap(({ imageTags = [] }) => imageTags).sort() }) };
}
