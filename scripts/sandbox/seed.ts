import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ACM, waitUntilCertificateValidated } from "@aws-sdk/client-acm";
import { Backup } from "@aws-sdk/client-backup";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { KMS } from "@aws-sdk/client-kms";
import { Route53 } from "@aws-sdk/client-route-53";
import { STS } from "@aws-sdk/client-sts";
import { writeAtomically } from "./engine/files";

const region = "us-east-1";
const zoneName = "pulumi.example.com";
const keyAlias = "alias/pulumi-selfhosted";
const imageRepositories = ["pulumi/service", "pulumi/console", "pulumi/migrations"];
const imageTags = ["20250901-101-signed", "20251103-204-signed", "20260105-317-signed"];
const subnetKinds = ["public", "private", "isolated"] as const;

/** One of the three ways out of a subnet: an internet gateway, a NAT gateway, none. */
type SubnetKind = (typeof subnetKinds)[number];

/** What the customer is expected to own before the installer runs, as it stands in the emulated account. */
export interface Seeded {
  region: string;
  accountId: string;
  vpcId: string;
  /** Three of each kind, in three availability zones. */
  subnetIds: Record<SubnetKind, string[]>;
  zone: { id: string; name: string };
  /** Issued; covers the zone's name and every name directly under it. */
  certificateArn: string;
  /** The customer's key for the service's own encryption. */
  serviceKeyArn: string;
  /** Oldest first. Every repository holds each of them. */
  imageTags: string[];
  /** Has the form of a licence key and opens nothing. */
  licenseKey: string;
}

interface Clients {
  acm: ACM;
  backup: Backup;
  ec2: EC2;
  ecr: ECR;
  kms: KMS;
  route53: Route53;
  sts: STS;
}

/** What the account of this folder was seeded with, or undefined. */
export function readSeeded(folder: string): Seeded | undefined {
  const file = seededFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Seeded) : undefined;
}

/** Makes whatever is missing of the prerequisites, and writes down what they are. */
export async function seed(url: string, folder: string): Promise<Seeded> {
  rmSync(seededFile(folder), { force: true });
  const config = { endpoint: url, region, credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" } };
  const clients: Clients = {
    acm: new ACM(config),
    backup: new Backup(config),
    ec2: new EC2(config),
    ecr: new ECR(config),
    kms: new KMS(config),
    route53: new Route53(config),
    sts: new STS(config),
  };
  // One after the other: the emulator then gives out equal ids from run to run.
  const certificateArn = await seedCertificate(clients.acm);
  const seeded: Seeded = {
    region,
    accountId: required((await clients.sts.getCallerIdentity({})).Account),
    ...(await seedNetwork(clients.ec2)),
    zone: await seedZone(clients.route53),
    certificateArn,
    serviceKeyArn: await seedKey(clients.kms),
    imageTags: await seedImages(clients.ecr),
    licenseKey: licenseKey(),
  };
  // As whoever turns backups on must do, once in a region.
  await clients.backup.updateRegionSettings({ ResourceTypeOptInPreference: { Aurora: true, S3: true } });
  await waitUntilCertificateValidated(
    { client: clients.acm, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { CertificateArn: certificateArn },
  );
  writeAtomically(seededFile(folder), JSON.stringify(seeded, undefined, 2));
  return seeded;
}

async function seedNetwork(ec2: EC2): Promise<Pick<Seeded, "vpcId" | "subnetIds">> {
  const byName = (name: string) => [{ Name: "tag:Name", Values: [name] }];
  const tags = (resource: "vpc" | "subnet" | "route-table" | "internet-gateway" | "natgateway", name: string) => [
    { ResourceType: resource, Tags: [{ Key: "Name", Value: name }] },
  ];

  async function vpc(): Promise<string> {
    const name = "selfhosted";
    const found = await ec2.describeVpcs({ Filters: byName(name) });
    if (found.Vpcs?.length) return required(found.Vpcs[0].VpcId);
    const made = await ec2.createVpc({ CidrBlock: "10.0.0.0/16", TagSpecifications: tags("vpc", name) });
    const id = required(made.Vpc?.VpcId);
    await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsSupport: { Value: true } });
    await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsHostnames: { Value: true } });
    return id;
  }

  async function subnet(name: string, zone: string, block: string): Promise<string> {
    const found = await ec2.describeSubnets({ Filters: byName(name) });
    if (found.Subnets?.length) return required(found.Subnets[0].SubnetId);
    const made = await ec2.createSubnet({
      VpcId: vpcId,
      AvailabilityZone: zone,
      CidrBlock: block,
      TagSpecifications: tags("subnet", name),
    });
    return required(made.Subnet?.SubnetId);
  }

  async function internetGateway(name: string): Promise<string> {
    const found = await ec2.describeInternetGateways({ Filters: byName(name) });
    if (found.InternetGateways?.length) return required(found.InternetGateways[0].InternetGatewayId);
    const made = await ec2.createInternetGateway({ TagSpecifications: tags("internet-gateway", name) });
    const id = required(made.InternetGateway?.InternetGatewayId);
    await ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: vpcId });
    return id;
  }

  async function natGateway(name: string, subnetId: string): Promise<string> {
    const found = await ec2.describeNatGateways({ Filter: byName(name) });
    if (found.NatGateways?.length) return required(found.NatGateways[0].NatGatewayId);
    const address = await ec2.allocateAddress({ Domain: "vpc" });
    const made = await ec2.createNatGateway({
      SubnetId: subnetId,
      AllocationId: address.AllocationId,
      TagSpecifications: tags("natgateway", name),
    });
    return required(made.NatGateway?.NatGatewayId);
  }

  async function routeTable(name: string, subnets: string[], way?: { GatewayId: string } | { NatGatewayId: string }) {
    const found = await ec2.describeRouteTables({ Filters: byName(name) });
    if (found.RouteTables?.length) return;
    const made = await ec2.createRouteTable({ VpcId: vpcId, TagSpecifications: tags("route-table", name) });
    const id = required(made.RouteTable?.RouteTableId);
    if (way) await ec2.createRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0", ...way });
    for (const subnetId of subnets) await ec2.associateRouteTable({ RouteTableId: id, SubnetId: subnetId });
  }

  const vpcId = await vpc();
  const zones = (await ec2.describeAvailabilityZones({})).AvailabilityZones ?? [];
  const subnetIds: Record<SubnetKind, string[]> = { public: [], private: [], isolated: [] };
  for (const [third, kind] of subnetKinds.entries()) {
    for (const [index, zone] of zones.slice(0, 3).entries()) {
      const zoneName = required(zone.ZoneName);
      const name = `selfhosted-${kind}-${zoneName.slice(-1)}`;
      subnetIds[kind].push(await subnet(name, zoneName, `10.0.${third * 64 + index * 16}.0/20`));
    }
  }
  const internetGatewayId = await internetGateway("selfhosted");
  await routeTable("selfhosted-public", subnetIds.public, { GatewayId: internetGatewayId });
  const natGatewayId = await natGateway("selfhosted", subnetIds.public[0]);
  await routeTable("selfhosted-private", subnetIds.private, { NatGatewayId: natGatewayId });
  await routeTable("selfhosted-isolated", subnetIds.isolated);
  return { vpcId, subnetIds };
}

async function seedZone(route53: Route53): Promise<Seeded["zone"]> {
  const found = await route53.listHostedZonesByName({ DNSName: zoneName });
  const zone =
    found.HostedZones?.find(({ Name }) => Name === `${zoneName}.`) ??
    (await route53.createHostedZone({ Name: zoneName, CallerReference: zoneName })).HostedZone;
  return { id: required(zone?.Id).replace("/hostedzone/", ""), name: zoneName };
}

async function seedCertificate(acm: ACM): Promise<string> {
  const found = await acm.listCertificates({});
  const known = found.CertificateSummaryList?.find(({ DomainName }) => DomainName === zoneName)?.CertificateArn;
  if (known) return known;
  const made = await acm.requestCertificate({
    DomainName: zoneName,
    SubjectAlternativeNames: [`*.${zoneName}`],
    ValidationMethod: "DNS",
  });
  return required(made.CertificateArn);
}

async function seedKey(kms: KMS): Promise<string> {
  const { Aliases } = await kms.listAliases({});
  const known = Aliases?.find(({ AliasName }) => AliasName === keyAlias)?.TargetKeyId;
  if (known) return required((await kms.describeKey({ KeyId: known })).KeyMetadata?.Arn);
  const { KeyMetadata } = await kms.createKey({ Description: "Pulumi Self-Hosted: encryption by the service" });
  await kms.enableKeyRotation({ KeyId: required(KeyMetadata?.KeyId) });
  await kms.createAlias({ AliasName: keyAlias, TargetKeyId: KeyMetadata?.KeyId });
  return required(KeyMetadata?.Arn);
}

async function seedImages(ecr: ECR): Promise<string[]> {
  const { repositories } = await ecr.describeRepositories({});
  for (const repositoryName of imageRepositories) {
    if (!repositories?.some((repository) => repository.repositoryName === repositoryName)) {
      await ecr.createRepository({ repositoryName, imageTagMutability: "IMMUTABLE" });
    }
    const { imageIds } = await ecr.listImages({ repositoryName });
    for (const imageTag of imageTags.filter((tag) => !imageIds?.some((image) => image.imageTag === tag))) {
      const digest = `sha256:${createHash("sha256").update(`${repositoryName}:${imageTag}`).digest("hex")}`;
      const manifest = {
        schemaVersion: 2,
        mediaType: "application/vnd.docker.distribution.manifest.v2+json",
        config: { mediaType: "application/vnd.docker.container.image.v1+json", size: 2, digest },
        layers: [],
      };
      await ecr.putImage({ repositoryName, imageTag, imageDigest: digest, imageManifest: JSON.stringify(manifest) });
    }
  }
  return imageTags;
}

/** An unsigned JSON web token; made at run time so that nothing like a key stands in the repository. */
function licenseKey(): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signature = randomBytes(32).toString("base64url");
  return [encode({ alg: "none", typ: "JWT" }), encode({ sub: "sandbox" }), signature].join(".");
}

function seededFile(folder: string): string {
  return join(folder, "seeded.json");
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The emulated AWS account answered without a value that AWS always gives.");
  return value;
}
