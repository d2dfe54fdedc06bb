import { applicationContract } from "@selfhosted/common";
import { expect } from "chai";
import { Args, refusal } from "./installation";

const zone = { zoneName: "example.com" };

/** What is wrong, how the layer is run, and what it must say. */
const refusals: [string, Args, RegExp][] = [
  ["no zone", { config: {} }, /zoneName: neither zoneName nor zoneId is set/],
  [
    "two zones",
    { config: { ...zone, zoneId: "Z0" } },
    /zoneName: both zoneId \(Z0\) and zoneName \(example\.com\) are set.*\n +fix: pulumi config rm zoneName/,
  ],
  [
    "a zone id that is a name",
    { config: { zoneId: "example.com" } },
    /zoneId: found "example\.com"; allowed: the id of/,
  ],
  ["a zone name that is none", { config: { zoneName: "example" } }, /zoneName: found "example"; allowed: the name of/],
  [
    "an unknown zone type",
    { config: { ...zone, zoneType: "inner" } },
    /zoneType: found "inner"; allowed: one of public, private/,
  ],
  ["a type for an id", { config: { zoneId: "Z0", zoneType: "public" } }, /zoneType: set together with zoneId/],
  [
    "a VPC that is none",
    { config: { ...zone, zoneVpcIds: "main" } },
    /zoneVpcIds: found "main"; allowed: different VPC ids/,
  ],
  [
    "VPCs for a public zone",
    { config: { ...zone, zoneVpcIds: "vpc-0a1b2c3d" } },
    /zoneVpcIds: zone example\.com \(Z0PUBLICZONE\) is public/,
  ],
  [
    "a user as the role",
    { config: { ...zone, assumeRoleArn: "arn:aws:iam::111122223333:user/me" } },
    /assumeRoleArn: found .*; allowed: the ARN of an IAM role/,
  ],
  [
    "a flag that is none",
    { config: { ...zone, bareDomain: "yes" } },
    /bareDomain: found "yes"; allowed: true or false/,
  ],
  [
    "checks from the internet of an internal service",
    { config: { ...zone, healthChecks: true }, application: { internal: true } },
    /healthChecks: the load balancers are internal/,
  ],
  [
    "a stack name without its project",
    { config: { ...zone, applicationStack: "prod" } },
    /applicationStack: found "prod"/,
  ],
  [
    "a misspelt key",
    { config: { ...zone, helthChecks: true } },
    /helthChecks: unknown setting; did you mean healthChecks\?/,
  ],
  [
    "host names outside of the zone",
    { config: zone, domain: "pulumi.example.org" },
    /zoneName: api\.pulumi\.example\.org and app\.pulumi\.example\.org lie outside of zone example\.com \(Z0PUBLICZONE\)/,
  ],
  [
    "a zone whose name is only the end of a word",
    { config: { zoneName: "ample.com" } },
    /lie outside of zone ample\.com/,
  ],
  [
    "a bare domain above the zone",
    { config: { zoneName: "api.example.com", bareDomain: true }, domain: "example.com" },
    /zoneName: app\.example\.com and example\.com lie outside of zone api\.example\.com/,
  ],
  [
    "an application that was never deployed",
    { application: "none" },
    /organization\/selfhosted-application\/test has no outputs yet\. Deploy that layer first.*`pulumi up` in application\//,
  ],
  [
    "an application of another release",
    { application: { contractVersion: applicationContract.version + 1 } },
    /follows version 2 of the contract between layers; this layer needs 1/,
  ],
  [
    "several problems at once",
    { config: { ...zone, zoneVpcIds: "vpc-0a1b2c3d" }, domain: "example.org" },
    /has 2 problems:[^]*zoneName: [^]*zoneVpcIds: /,
  ],
];

describe("the dns layer refuses", () => {
  for (const [what, args, sentence] of refusals) {
    it(what, async () => {
      expect(await refusal(args)).to.match(sentence);
    });
  }
});
