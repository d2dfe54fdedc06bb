import { createHash, randomBytes } from "node:crypto";
import { ACM, waitUntilCertificateValidated } from "@aws-sdk/client-acm";
import { Backup } from "@aws-sdk/client-backup";
import { EC2, type ResourceType } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Route53 } from "@aws-sdk/client-route-53";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { STS } from "@aws-sdk/client-sts";

const region = "us-east-1";
const zoneName = "pulumi.example.com";
const keyAlias = "alias/pulumi-selfhosted";
const imageRepositories = ["pulumi/service", "pulumi/console", "pulumi/migrations"];
const imageTags = ["20250901-101-signed", "20251103-204-signed", "20260105-317-signed"];
/** By their way out: an internet gateway, a NAT gateway, none. */
const subnetKinds = ["public", "private", "isolated"] as const;

/** What a customer owns before the installer runs. */
export interface Seeded {
  region: string;
  accountId: string;
  vpcId: string;
  /** Three of each kind, in three availability zones. */
  subnetIds: Record<(typeof subnetKinds)[number], string[]>;
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

/** Makes the prerequisites in an empty account. */
export async function seed(url: string): Promise<Seeded> {
  const config = { endpoint: url, region, credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" } };
  const acm = new ACM(config);
  // One after the other: the account then gives out equal ids from run to run.
  const certificateArn = await seedCertificate(acm);
  const seeded: Seeded = {
    region,
    accountId: required((await new STS(config).getCallerIdentity({})).Account),
    ...(await seedNetwork(new EC2(config))),
    zone: await seedZone(new Route53(config)),
    certificateArn,
    serviceKeyArn: await seedKey(new KMS(config)),
    imageTags: await seedImages(new ECR(config)),
    licenseKey: licenseKey(),
  };
  await seedOperator(new IAM(config));
  // A new account has 6 vCPU, too few for a large installation.
  await new ServiceQuotas(config).requestServiceQuotaIncrease({
    ...{ ServiceCode: "fargate", QuotaCode: "L-3032A538", DesiredValue: 64 },
  });
  // As whoever turns backups on must do, once in a region.
  await new Backup(config).updateRegionSettings({ ResourceTypeOptInPreference: { Aurora: true, S3: true } });
  await waitUntilCertificateValidated(
    { client: acm, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { CertificateArn: certificateArn },
  );
  return seeded;
}

async function seedNetwork(ec2: EC2): Promise<Pick<Seeded, "vpcId" | "subnetIds">> {
  const named = (type: ResourceType, name: string) => ({
    TagSpecifications: [{ ResourceType: type, Tags: [{ Key: "Name", Value: name }] }],
  });

  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16", ...named("vpc", "selfhosted") });
  const vpcId = required(Vpc?.VpcId);
  await ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsSupport: { Value: true } });
  await ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } });

  const { AvailabilityZones = [] } = await ec2.describeAvailabilityZones({});
  const subnetIds: Seeded["subnetIds"] = { public: [], private: [], isolated: [] };
  for (const [third, kind] of subnetKinds.entries()) {
    for (const [index, { ZoneName }] of AvailabilityZones.slice(0, 3).entries()) {
      const { Subnet } = await ec2.createSubnet({
        VpcId: vpcId,
        AvailabilityZone: ZoneName,
        CidrBlock: `10.0.${third * 64 + index * 16}.0/20`,
        ...named("subnet", `selfhosted-${kind}-${required(ZoneName).slice(-1)}`),
      });
      subnetIds[kind].push(required(Subnet?.SubnetId));
    }
  }

  const { InternetGateway } = await ec2.createInternetGateway(named("internet-gateway", "selfhosted"));
  const GatewayId = required(InternetGateway?.InternetGatewayId);
  await ec2.attachInternetGateway({ InternetGatewayId: GatewayId, VpcId: vpcId });
  const { AllocationId } = await ec2.allocateAddress({ Domain: "vpc" });
  const { NatGateway } = await ec2.createNatGateway({
    SubnetId: subnetIds.public[0],
    AllocationId,
    ...named("natgateway", "selfhosted"),
  });

  const waysOut = { public: { GatewayId }, private: { NatGatewayId: NatGateway?.NatGatewayId }, isolated: undefined };
  for (const kind of subnetKinds) {
    const { RouteTable } = await ec2.createRouteTable({ VpcId: vpcId, ...named("route-table", `selfhosted-${kind}`) });
    const id = required(RouteTable?.RouteTableId);
    const wayOut = waysOut[kind];
    if (wayOut) await ec2.createRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0", ...wayOut });
    for (const subnetId of subnetIds[kind]) await ec2.associateRouteTable({ RouteTableId: id, SubnetId: subnetId });
  }
  return { vpcId, subnetIds };
}

async function seedZone(route53: Route53): Promise<Seeded["zone"]> {
  const { HostedZone } = await route53.createHostedZone({ Name: zoneName, CallerReference: zoneName });
  return { id: required(HostedZone?.Id).replace("/hostedzone/", ""), name: zoneName };
}

async function seedCertificate(acm: ACM): Promise<string> {
  const { CertificateArn } = await acm.requestCertificate({
    DomainName: zoneName,
    SubjectAlternativeNames: [`*.${zoneName}`],
    ValidationMethod: "DNS",
  });
  return required(CertificateArn);
}

async function seedKey(kms: KMS): Promise<string> {
  const { KeyMetadata } = await kms.createKey({ Description: "Pulumi Self-Hosted: encryption by the service" });
  await kms.enableKeyRotation({ KeyId: required(KeyMetadata?.KeyId) });
  await kms.createAlias({ AliasName: keyAlias, TargetKeyId: KeyMetadata?.KeyId });
  return required(KeyMetadata?.Arn);
}

/** The user whose credentials the sandbox has. */
async function seedOperator(iam: IAM): Promise<void> {
  const UserName = "operator";
  await iam.createUser({ UserName });
  await iam.attachUserPolicy({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
}

async function seedImages(ecr: ECR): Promise<string[]> {
  for (const repositoryName of imageRepositories) {
    await ecr.createRepository({ repositoryName, imageTagMutability: "IMMUTABLE" });
    for (const imageTag of imageTags) {
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

/** An unsigned JSON web token; made at run time so that nothing like a key is in the repository. */
function licenseKey(): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signature = randomBytes(32).toString("base64url");
  return [encode({ alg: "none", typ: "JWT" }), encode({ sub: "sandbox" }), signature].join(".");
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The emulated AWS account answered without a value that AWS always gives.");
  return value;
}
