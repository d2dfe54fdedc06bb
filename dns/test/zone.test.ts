import * as aws from "@pulumi/aws";
import type { Outcome, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { application, dns, servicesAt, zoneId } from "./installation";

const { api, console } = application;

/** `host type` → name of the load balancer it leads to. */
function targets(outcome: Outcome): Values {
  return Object.fromEntries(
    outcome
      .ofType(aws.route53.Record)
      .map(({ inputs: { name, type, aliases = [] } }) => [`${name} ${type}`, aliases[0]?.name]),
  );
}

describe("records", () => {
  it("lead each host name to its own load balancer, as long as that is healthy", async () => {
    const outcome = await dns.run();
    expect(outcome.the(aws.route53.Record, "-api-a").inputs).to.deep.include({
      zoneId,
      name: "api.pulumi.example.com",
      type: "A",
      aliases: [{ name: api.loadBalancer.dnsName, zoneId: "ZNLBAPI", evaluateTargetHealth: true }],
    });
    expect(targets(outcome)).to.deep.equal({
      "api.pulumi.example.com A": api.loadBalancer.dnsName,
      "app.pulumi.example.com A": console.loadBalancer.dnsName,
    });
  });

  it("are of IPv6 too for dual-stack load balancers", async () => {
    const outcome = await dns.run({ above: { dualStack: true } });
    expect(targets(outcome)).to.deep.equal({
      "api.pulumi.example.com A": api.loadBalancer.dnsName,
      "api.pulumi.example.com AAAA": api.loadBalancer.dnsName,
      "app.pulumi.example.com A": console.loadBalancer.dnsName,
      "app.pulumi.example.com AAAA": console.loadBalancer.dnsName,
    });
    expect(outcome.outputs["records"]).to.deep.equal(["api.pulumi.example.com", "app.pulumi.example.com"]);
  });

  it("include the bare domain, also where it is the zone itself", async () => {
    const outcome = await dns.run({
      config: { bareDomain: true },
      above: servicesAt("example.com"),
      aws: { "acm:DescribeCertificate": () => ({ Certificate: { DomainName: "example.com" } }) },
    });
    expect(targets(outcome)).to.deep.equal({
      "api.example.com A": api.loadBalancer.dnsName,
      "app.example.com A": console.loadBalancer.dnsName,
      "example.com A": console.loadBalancer.dnsName,
    });
  });

  it("leave those that exist alone unless overwriteRecords takes them over", async () => {
    const overwrite = async (config: Values): Promise<unknown[]> =>
      (await dns.run({ config })).ofType(aws.route53.Record).map(({ inputs }) => inputs.allowOverwrite);
    expect(await overwrite({})).to.deep.equal([false, false]);
    expect(await overwrite({ overwriteRecords: true })).to.deep.equal([true, true]);
  });

  it("of two stacks in one zone have different names", async () => {
    const one = await dns.run({ stack: "prod", above: servicesAt("one.example.com") });
    const two = await dns.run({ stack: "staging", above: servicesAt("two.example.com") });
    const names = [...one.resources, ...two.resources].map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(Object.keys({ ...targets(one), ...targets(two) })).to.have.length(4);
  });
});

describe("more VPCs of a private zone", () => {
  it("are associated, in their regions", async () => {
    const outcome = await dns.run({
      config: { zoneVpcIds: "vpc-0a1b2c3d,vpc-4e5f6071:eu-west-1" },
      above: { internal: true },
      aws: { "ec2:DescribeVpcs": () => ({ Vpcs: [{}] }) },
    });
    expect(outcome.ofType(aws.route53.ZoneAssociation).map(({ inputs }) => inputs)).to.deep.equal([
      { zoneId: "Z0PRIVATEZONE", vpcId: "vpc-0a1b2c3d" },
      { zoneId: "Z0PRIVATEZONE", vpcId: "vpc-4e5f6071", vpcRegion: "eu-west-1" },
    ]);
  });
});

describe("a log of the zone's queries", () => {
  it("goes to the log group that is named", async () => {
    const queryLogGroupArn = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/example.com";
    const { inputs } = (await dns.run({ config: { queryLogGroupArn } })).the(aws.route53.QueryLog);
    expect(inputs).to.deep.equal({ zoneId, cloudwatchLogGroupArn: queryLogGroupArn });
  });

  it("isn't kept by default", async () => {
    expect((await dns.run()).ofType(aws.route53.QueryLog)).to.deep.equal([]);
  });
});
