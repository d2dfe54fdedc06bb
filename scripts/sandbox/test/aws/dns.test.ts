import { ACM } from "@aws-sdk/client-acm";
import { EC2 } from "@aws-sdk/client-ec2";
import { Route53, type VPCRegion } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import type { Seeded } from "../../seed";
import { Deployment, emulator } from "../account";

const record = "aws:route53/record:Record";
const certificate = "aws:acm/certificate:Certificate";
type Inputs = Record<string, unknown>;

describe("names and certificates", () => {
  let stack: Deployment;
  let seeded: Seeded;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
  });

  it("points a name at a load balancer, elsewhere, and takes it away again", async () => {
    const alias = { name: "nlb.example.com", zoneId: "Z2P70J7EXAMPLE", evaluateTargetHealth: true };
    const inputs = { zoneId: seeded.zone.id, name: "api.pulumi.example.com", type: "A" };
    let made = await stack.create(record, "api", { ...inputs, aliases: [alias] });
    expect(made.outputs).to.deep.include({ fqdn: "api.pulumi.example.com", aliases: [alias] });
    expect(await stack.preview(made, {})).to.equal("none");
    expect(await stack.refusal(record, { ...inputs, aliases: [alias] })).to.match(/exists already/);
    const other = { ...alias, name: "other.example.com" };
    made = await stack.update(made, { aliases: [other] });
    expect(made.outputs).to.deep.include({ aliases: [other] });
    const overwriting = { ...inputs, aliases: [alias], allowOverwrite: true };
    expect((await stack.create(record, "again", overwriting)).outputs).to.deep.include({ aliases: [alias] });
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  });

  it("refuses records that Route 53 refuses", async () => {
    const valid = { zoneId: seeded.zone.id, name: "a.pulumi.example.com", type: "A", ttl: 60, records: ["192.0.2.1"] };
    const refused: [inputs: Inputs, reason: RegExp][] = [
      [{ ...valid, name: "api.example.org" }, /name must lie in the zone pulumi.example.com, found api.example.org/],
      [{ ...valid, name: "notpulumi.example.com" }, /must lie in the zone/],
      [{ ...valid, zoneId: "Z00000000000" }, /zoneId names Z00000000000, which doesn't exist/],
      [{ ...valid, records: ["not-an-address"] }, /of type A must be addresses, found not-an-address/],
      [{ ...valid, type: "AAAA" }, /of type AAAA must be addresses/],
      [{ ...valid, ttl: undefined }, /ttl is required with records/],
      [{ ...valid, records: undefined, ttl: undefined }, /records or aliases is required/],
      [{ ...valid, type: "SPF" }, /type must be one of/],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(record, inputs)).to.match(reason);
  });

  it("watches an endpoint", async () => {
    const inputs = {
      type: "HTTPS",
      fqdn: "api.pulumi.example.com",
      port: 443,
      resourcePath: "/api/status",
      tags: { Name: "api" },
    };
    let made = await stack.create("aws:route53/healthCheck:HealthCheck", "api", inputs);
    expect(await stack.preview(made, {})).to.equal("none");
    made = await stack.update(made, { failureThreshold: 5 });
    expect(made.outputs).to.deep.include({ failureThreshold: 5, tagsAll: { Name: "api" } });
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.refusal("aws:route53/healthCheck:HealthCheck", { ...inputs, requestInterval: 20 })).to.match(
      /one of 10, 30/,
    );
  });

  it("associates a private zone with a further VPC, not a public one", async () => {
    const token = "aws:route53/zoneAssociation:ZoneAssociation";
    expect(await stack.refusal(token, { zoneId: seeded.zone.id, vpcId: seeded.vpcId })).to.match(
      /isn't a private zone/,
    );
    const { HostedZone } = await stack.account.client(Route53).createHostedZone({
      Name: "inside.example.com",
      CallerReference: "inside",
      HostedZoneConfig: { PrivateZone: true },
      VPC: { VPCId: seeded.vpcId, VPCRegion: seeded.region as VPCRegion },
    });
    const zoneId = (HostedZone?.Id ?? "").replace("/hostedzone/", "");
    expect(await stack.refusal(token, { zoneId, vpcId: seeded.vpcId })).to.match(/exists already/);
    expect(await stack.refusal(token, { zoneId, vpcId: "vpc-00000000000000000" })).to.match(/which doesn't exist/);
    const { Vpc } = await stack.account.client(EC2).createVpc({ CidrBlock: "10.9.0.0/16" });
    const made = await stack.create(token, "inside", { zoneId, vpcId: Vpc?.VpcId });
    expect(await stack.preview(made, {})).to.equal("none");
    expect(await stack.read(made)).to.include({ zoneId, vpcId: Vpc?.VpcId, vpcRegion: seeded.region });
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  });

  it("requests a certificate, which is issued once its records are there", async () => {
    const domainName = "api.inside.example.org";
    const made = await stack.create(certificate, "api", {
      domainName,
      subjectAlternativeNames: ["app.inside.example.org"],
      validationMethod: "DNS",
    });
    expect(await stack.preview(made, {})).to.equal("none");
    const options = made.outputs.domainValidationOptions as { resourceRecordName: string }[];
    expect(options).to.have.length(2);
    const validation = "aws:acm/certificateValidation:CertificateValidation";
    const validationRecordFqdns = options.map(({ resourceRecordName }) => resourceRecordName);
    const incomplete = { certificateArn: made.id, validationRecordFqdns: validationRecordFqdns.slice(1) };
    expect(await stack.refusal(validation, incomplete)).to.match(/validationRecordFqdns lacks _/);
    await stack.create(validation, "api", { certificateArn: made.id, validationRecordFqdns });
    const { Certificate } = await stack.account.client(ACM).describeCertificate({ CertificateArn: made.id });
    expect(Certificate).to.include({ DomainName: domainName, Status: "ISSUED" });
    await stack.delete(made);
    await stack.delete(made);
  });

  it("refuses certificates that ACM refuses", async () => {
    const valid = { domainName: "api.example.org", validationMethod: "DNS" };
    expect(await stack.refusal(certificate, { ...valid, domainName: "not a name" })).to.match(
      /domainName must be a domain name/,
    );
    expect(await stack.refusal(certificate, { ...valid, validationMethod: "EMAIL" })).to.match(/must be one of DNS/);
    const wrong = { certificateArn: seeded.certificateArn.replace(/.{8}$/, "00000000") };
    expect(await stack.refusal("aws:acm/certificateValidation:CertificateValidation", wrong)).to.match(
      /which doesn't exist/,
    );
  });
});
