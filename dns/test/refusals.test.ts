import { applicationContract } from "@selfhosted/common";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { applicationStack, readConfig } from "../config";
import { application, dns, type DnsTrial, problems, servicesAt, vpcId } from "./installation";

const internal: DnsTrial = { above: { internal: true }, aws: { "ec2:DescribeVpcs": () => ({ Vpcs: [{}] }) } };

/** What is wrong, the settings, and what must be said. */
const refusals: [string, DnsTrial, RegExp][] = [
  [
    "no zone",
    { config: { zoneName: undefined } },
    /^error zoneName: neither zoneName nor zoneId is set; the records need a hosted zone/,
  ],
  ["two zones", { config: { zoneId: "Z0PUBLICZONE" } }, /^error zoneName: set beside zoneId; .*config rm zoneName/],
  [
    "a zone id that is a name",
    { config: { zoneName: undefined, zoneId: "example.com" } },
    /zoneId: found "example\.com"; allowed: the id of/,
  ],
  ["a zone name that is none", { config: { zoneName: "example" } }, /zoneName: found "example"; allowed: the name of/],
  [
    "a zone name that is a URL, with the name that was meant",
    { config: { zoneName: "https://example.com/" } },
    /zoneName: .*pulumi config set zoneName example\.com$/,
  ],
  [
    "a zone type that is none, with the one that was meant",
    { config: { zoneType: "Private" } },
    /zoneType: found "Private"; .* → pulumi config set zoneType private$/,
  ],
  [
    "a zone type that is none, without the opposite as its fix",
    { config: { zoneType: "external" } },
    /zoneType: found "external"; allowed: one of public, private → undefined$/,
  ],
  [
    "a zone id as the command line gives it, with the bare one",
    { config: { zoneName: undefined, zoneId: "/hostedzone/Z0PUBLICZONE" } },
    /zoneId: .* → pulumi config set zoneId Z0PUBLICZONE$/,
  ],
  [
    "a type for an id",
    { config: { zoneName: undefined, zoneId: "Z0PUBLICZONE", zoneType: "public" } },
    /zoneType: set beside zoneId, which already says which zone; .*config rm zoneType/,
  ],
  [
    "a log of queries in another region",
    { config: { queryLogGroupArn: "arn:aws:logs:eu-central-1:111122223333:log-group:queries" } },
    /queryLogGroupArn: found .*; allowed: the ARN of a log group in us-east-1/,
  ],
  [
    "a log of queries in another account than the zone's",
    { config: { queryLogGroupArn: "arn:aws:logs:us-east-1:444455556666:log-group:queries" } },
    /queryLogGroupArn: found a log group of account 444455556666, but the zone is in 111122223333/,
  ],
  ["a VPC that is none", { config: { zoneVpcIds: "main" } }, /zoneVpcIds: found "main", .*allowed: different VPC ids/],
  [
    "a VPC in a region that is none",
    { config: { zoneVpcIds: "vpc-0a1b2c3d:europe" } },
    /zoneVpcIds: found "vpc-0a1b2c3d:europe"/,
  ],
  [
    "the installation's own VPC, which has its zone already",
    { ...internal, config: { zoneVpcIds: `${vpcId},vpc-0a1b2c3d` } },
    /zoneVpcIds: found vpc-0123456789abcdef0, the installation's own VPC.*config set zoneVpcIds vpc-0a1b2c3d$/,
  ],
  [
    "a VPC twice, in two spellings",
    { ...internal, config: { zoneVpcIds: "vpc-0a1b2c3d,vpc-0a1b2c3d:eu-central-1" } },
    /zoneVpcIds: found vpc-0a1b2c3d more than once .*config set zoneVpcIds vpc-0a1b2c3d$/,
  ],
  [
    "a user as the role",
    { config: { assumeRoleArn: "arn:aws:iam::111122223333:user/me" } },
    /assumeRoleArn: found .*; allowed: the ARN of an IAM role/,
  ],
  [
    "a role of another partition",
    { config: { assumeRoleArn: "arn:aws-cn:iam::111122223333:role/dns" } },
    /assumeRoleArn: found a role of the partition aws-cn, but the installation is in aws/,
  ],
  [
    "a flag that is none, with the one that was meant",
    { config: { bareDomain: "yes" } },
    /bareDomain: found "yes"; allowed: true or false → pulumi config set bareDomain true$/,
  ],
  [
    "checks from the internet of an internal service",
    { config: { healthChecks: true }, above: { internal: true } },
    /healthChecks: the load balancers are internal/,
  ],
  ["a stack name without its project", { config: { applicationStack: "prod" } }, /applicationStack: found "prod"/],
  [
    "a stack of another layer, with that of the application's",
    { config: { applicationStack: "acme/selfhosted-infrastructure/prod" } },
    /applicationStack: found "acme\/selfhosted-infrastructure\/prod".* acme\/selfhosted-application\/prod$/,
  ],
  [
    "another region",
    { config: { "aws:region": "us-east-1" } },
    /aws:region: found us-east-1, but the installation is in .* → pulumi config rm aws:region$/,
  ],
  ["a key of the provider", { config: { "aws:profile": "me" } }, /aws:profile: has no effect here.*AWS_PROFILE/],
  [
    "a key of another project",
    { config: { "selfhosted-application:domain": "example.com" } },
    /selfhosted-application:domain: has no effect here/,
  ],
  ["a misspelt key", { config: { helthChecks: true } }, /helthChecks: unknown setting; did you mean healthChecks\?/],
];

describe("the dns layer refuses", () => {
  for (const [what, trial, sentence] of refusals) {
    it(what, async () => {
      const found = await problems(trial);
      expect(found.join("\n")).to.match(sentence);
      expect(found).to.have.length(1);
    });
  }

  it("several at once, those of the account among them, before anything is made", async () => {
    const text = await dns.refusal({
      config: { zoneVpcIds: "vpc-0a1b2c3d", helthChecks: true, bareDomain: "yes", "aws:region": "us-east-1" },
    });
    expect(text).to.match(/has 4 problems:[^]*helthChecks: [^]*bareDomain: [^]*aws:region: /);
    const outside = await dns.refusal({
      config: { zoneVpcIds: "vpc-0a1b2c3d", "aws:region": "us-east-1" },
      above: servicesAt("example.org"),
    });
    expect(outside).to.match(/has 3 problems:[^]*aws:region: [^]*zoneName: [^]*zoneVpcIds: /);
  });

  it("an application that was never deployed, beside its other problems", async () => {
    expect(await dns.refusal({ above: "none", config: { helthChecks: true } })).to.match(
      /has 2 problems:\n +applicationStack: stack organization\/selfhosted-application\/test doesn't exist\n +fix: deploy that layer first.*`pulumi up` in application\/; or set applicationStack.*\n +helthChecks/,
    );
  });

  it("an application of another release", async () => {
    expect(await dns.refusal({ above: { contractVersion: applicationContract.version + 1 } })).to.match(
      /follows version 2 of the contract between layers; this layer needs 1/,
    );
  });
});

describe("the application's stack", () => {
  const stackOf = (config: Values): string | undefined => applicationStack(dns.found({ config }), "acme", "prod");

  it("is the one with this stack's name, unless another is named", () => {
    expect(stackOf({})).to.equal("acme/selfhosted-application/prod");
    expect(stackOf({ applicationStack: "a/selfhosted-application/b" })).to.equal("a/selfhosted-application/b");
    expect(stackOf({ applicationStack: "prod" })).to.equal(undefined);
  });

  it("may be in the region that the stack names too", () => {
    const found = dns.found({ config: { "aws:region": "eu-central-1" } });
    expect(readConfig(found, application).problems).to.deep.equal([]);
  });
});
