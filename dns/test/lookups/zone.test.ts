import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type DnsTrial, lookUp, problems, vpcId } from "../installation";
import { own, route53, zones } from "./route53";

describe("the zone", () => {
  const internal = { internal: true };
  const byId = (zoneId: string) => ({ zoneName: undefined, zoneId });
  const found = async (trial: DnsTrial): Promise<string | undefined> =>
    (await lookUp({ aws: route53(zones), ...trial })).zone?.id;

  it("is the public one of its name, or the private one that the installation's VPC sees", async () => {
    expect(await found({})).to.equal("ZPUBLIC");
    expect(await found({ above: internal })).to.equal("ZPRIVATE");
    expect(await found({ above: internal, config: { zoneType: "public" } })).to.equal("ZPUBLIC");
    expect(await found({ config: byId("ZPUBLIC"), above: internal })).to.equal("ZPUBLIC");
  });

  it("may be spelled with a dot at its end, or in capitals", async () => {
    expect(await found({ config: { zoneName: "Example.com." } })).to.equal("ZPUBLIC");
  });

  it("is one: of two, both are named with the command that says which", async () => {
    const aws = route53([{ id: "Z1" }, { id: "Z2" }]);
    expect(await problems({ aws })).to.deep.equal([
      "error zoneName: found 2 public hosted zones named example.com: Z1, Z2; there must be one → say which one: " +
        "pulumi config set zoneId Z1, or pulumi config set zoneId Z2; and pulumi config rm zoneName",
    ]);
  });

  it("that isn't there is one problem, with what was meant", async () => {
    const meant = async (trial: DnsTrial): Promise<string | undefined> => (await problems(trial))[0]?.split(" → ")[1];
    expect(await meant({ aws: route53(zones), config: { zoneName: "pulumi.example.com" } }), "the zone above").to.equal(
      "pulumi config set zoneName example.com",
    );
    expect(await meant({ aws: route53([{ id: "Z1" }]), above: internal }), "only public").to.equal(
      "pulumi config set zoneType public",
    );
    expect(await meant({ aws: route53([{ id: "Z1", isPrivate: true, vpcs: ["vpc-2"] }]), above: internal })).to.equal(
      `associate it: aws route53 associate-vpc-with-hosted-zone --hosted-zone-id Z1 --vpc VPCRegion=eu-central-1,VPCId=${vpcId}`,
    );
    expect(await meant({ aws: route53([own]) }), "only a private one").to.equal(
      "make the public zone; or, where only this VPC's users are to find the names: pulumi config set zoneType private",
    );
    expect(await problems({ config: byId("ZNONE") })).to.deep.equal([
      "error zoneId: hosted zone ZNONE doesn't exist in this account and region → undefined",
    ]);
  });

  it("that may not be read is a problem of the setting that names it", async () => {
    const aws = {
      "route53:ListHostedZones": () => {
        throw awsError("AccessDeniedException", "not authorized to perform: route53:ListHostedZones");
      },
    };
    expect(await problems({ aws })).to.deep.equal([
      "error zoneName: hosted zone example.com can't be read: the credentials don't allow it → allow the caller route53:ListHostedZones",
    ]);
  });

  it("holds the host names, whole labels of them", async () => {
    const aws = route53([{ id: "Z1", name: "ample.com" }]);
    expect((await problems({ aws, config: { zoneName: "ample.com" } }))[0]).to.match(
      /^error zoneName: api\.pulumi\.example\.com and app\.pulumi\.example\.com lie outside of zone ample\.com \(Z1\)/,
    );
    const narrow = route53([{ id: "Z1", name: "pulumi.example.com" }]);
    const config = { zoneName: "pulumi.example.com", bareDomain: true };
    expect(await problems({ aws: narrow, config })).to.deep.equal([]);
  });

  it("doesn't delegate them to another", async () => {
    const aws = route53(zones, { "pulumi.example.com": [{ Type: "NS" }] });
    expect(await problems({ aws })).to.deep.equal([
      "error zoneName: zone example.com (ZPUBLIC) delegates pulumi.example.com to another zone, in which the records belong → " +
        "pulumi config set zoneName pulumi.example.com",
    ]);
  });

  it("that is private fits what is asked of it", async () => {
    const aws = route53(zones);
    expect((await problems({ aws, config: byId("ZELSEWHERE"), above: internal }))[0]).to.match(
      /^warning zoneId: zone example\.com \(ZELSEWHERE\) isn't associated with vpc-0123456789abcdef0/,
    );
    expect((await problems({ aws, config: { ...byId("ZPRIVATE"), healthChecks: true } }))[0]).to.match(
      /^error healthChecks: zone example\.com \(ZPRIVATE\) is private/,
    );
    const queryLogGroupArn = "arn:aws:logs:us-east-1:111122223333:log-group:queries";
    expect((await problems({ aws, config: { ...byId("ZPRIVATE"), queryLogGroupArn } }))[0]).to.match(
      /^error queryLogGroupArn: zone example\.com \(ZPRIVATE\) is private, and .* → pulumi config rm queryLogGroupArn/,
    );
    expect((await problems({ aws, config: { zoneVpcIds: "vpc-0a1b2c3d" } }))[0]).to.match(
      /^error zoneVpcIds: zone example\.com \(ZPUBLIC\) is public/,
    );
  });

  it("isn't looked up while it isn't known which one is meant", async () => {
    const { checks, zone } = await lookUp({ config: { zoneName: "example" } });
    expect(zone).to.equal(undefined);
    expect(checks.map(({ skipped }) => skipped)).to.deep.equal(["a setting that it needs isn't valid"]);
    expect(await lookUp({ above: "none" })).to.deep.equal({ checks: [] });
  });
});
