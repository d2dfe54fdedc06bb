import { ACM } from "@aws-sdk/client-acm";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { KMS } from "@aws-sdk/client-kms";
import { expect } from "chai";
import type { Seeded } from "../seed";
import { emulator } from "./account";

describe("the customer's prerequisites", () => {
  let seeded: Seeded;
  let config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

  before(async () => {
    const { url, account } = await emulator();
    seeded = account;
    config = {
      endpoint: url,
      region: seeded.region,
      credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    };
  });

  /** The gateway behind the default route of each subnet: `igw`, `nat` or none. */
  async function waysOut(subnetIds: string[]): Promise<string[]> {
    const ec2 = new EC2(config);
    const ways = subnetIds.map(async (id) => {
      const found = await ec2.describeRouteTables({ Filters: [{ Name: "association.subnet-id", Values: [id] }] });
      const route = found.RouteTables?.[0].Routes?.find(
        ({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0",
      );
      return (route?.GatewayId ?? route?.NatGatewayId ?? "none").split("-")[0];
    });
    return Promise.all(ways);
  }

  it("are three kinds of subnets in three availability zones each", async () => {
    const ec2 = new EC2(config);
    for (const ids of Object.values(seeded.subnetIds)) {
      const { Subnets = [] } = await ec2.describeSubnets({ SubnetIds: ids });
      expect(new Set(Subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size).to.equal(3);
      expect(Subnets.every(({ VpcId }) => VpcId === seeded.vpcId)).to.equal(true);
    }
    expect(await waysOut(seeded.subnetIds.public)).to.deep.equal(["igw", "igw", "igw"]);
    expect(await waysOut(seeded.subnetIds.private)).to.deep.equal(["nat", "nat", "nat"]);
    expect(await waysOut(seeded.subnetIds.isolated)).to.deep.equal(["none", "none", "none"]);
    const { EnableDnsHostnames } = await ec2.describeVpcAttribute({
      VpcId: seeded.vpcId,
      Attribute: "enableDnsHostnames",
    });
    expect(EnableDnsHostnames?.Value).to.equal(true);
  });

  it("are an issued certificate for the zone and the names in it", async () => {
    const { Certificate } = await new ACM(config).describeCertificate({ CertificateArn: seeded.certificateArn });
    expect(Certificate?.Status).to.equal("ISSUED");
    expect(Certificate?.SubjectAlternativeNames).to.have.members([seeded.zone.name, `*.${seeded.zone.name}`]);
  });

  it("are a key by its alias", async () => {
    const { KeyMetadata } = await new KMS(config).describeKey({ KeyId: "alias/pulumi-selfhosted" });
    expect(KeyMetadata?.Arn).to.equal(seeded.serviceKeyArn);
  });

  it("are images of several releases, no two alike", async () => {
    const ecr = new ECR(config);
    const images = await Promise.all(
      ["pulumi/service", "pulumi/console", "pulumi/migrations"].map((repositoryName) =>
        ecr.describeImages({ repositoryName }),
      ),
    );
    const details = images.flatMap(({ imageDetails = [] }) => imageDetails);
    expect(details.flatMap(({ imageTags = [] }) => imageTags)).to.have.length(9);
    expect(new Set(details.map(({ imageDigest }) => imageDigest)).size).to.equal(9);
    expect(seeded.imageTags.every((tag) => /^\d{8}-\d+-signed$/.test(tag))).to.equal(true);
  });
});
