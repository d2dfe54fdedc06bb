import { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { Args, publicZone, refusal, runDns, vpcId, zoneId } from "./installation";

/** What the layer asks AWS for, to find its zone. */
async function query(args: Args): Promise<Values | undefined> {
  let asked: Values | undefined;
  await runDns({ ...args, zone: (values) => publicZone((asked = values)) });
  return asked;
}

describe("the zone", () => {
  it("is the public one of its name where the load balancers are public", async () => {
    expect(await query({})).to.deep.equal({ name: "example.com", privateZone: false });
  });

  it("is the private one that the installation's VPC sees where they are internal", async () => {
    const asked = await query({ application: { internal: true } });
    expect(asked).to.deep.equal({ name: "example.com", privateZone: true, vpcId });
  });

  it("is of the type that the user says", async () => {
    const config = { zoneName: "example.com", zoneType: "public" };
    expect(await query({ config, application: { internal: true } })).to.deep.include({ privateZone: false });
  });

  it("is found by its id alone", async () => {
    expect(await query({ config: { zoneId }, application: { internal: true } })).to.deep.equal({ zoneId });
  });

  it("may be spelled with a dot at its end, or in capitals", async () => {
    const outcome = await runDns({ config: { zoneName: "Example.com." } });
    expect(outcome.ofType("aws:route53/record:Record")).to.have.length(2);
  });

  it("is told in plain words when AWS has none, or two", async () => {
    const zone = (): Values => {
      // As the engine hands a provider's error on.
      throw new Error("multiple Route 53 Hosted Zones matched");
    };
    expect(await refusal({ zone, application: { internal: true } })).to.match(
      /exactly one private hosted zone named example\.com associated with vpc-.*config set zoneId.*multiple Route 53/,
    );
    expect(await refusal({ zone, config: { zoneId } })).to.match(
      /Hosted zone Z0PUBLICZONE can't be read\. Check zoneId, and assumeRoleArn/,
    );
  });
});

describe("a zone in another account", () => {
  it("is reached through the role, and no other account is touched", async () => {
    const assumeRoleArn = "arn:aws:iam::444455556666:role/dns";
    const outcome = await runDns({ config: { zoneName: "example.com", assumeRoleArn } });
    const { inputs } = outcome.the("pulumi:providers:aws");
    expect(JSON.parse(String(inputs["assumeRoles"]))).to.deep.equal([{ roleArn: assumeRoleArn }]);
    expect(JSON.parse(String(inputs["allowedAccountIds"]))).to.deep.equal(["444455556666"]);
    expect(outcome.outputs["zoneRoleArn"]).to.equal(assumeRoleArn);
  });
});

describe("more VPCs of a private zone", () => {
  const config = { zoneName: "example.com", zoneVpcIds: "vpc-0a1b2c3d,vpc-4e5f6071:eu-west-1" };

  it("are associated, in their regions", async () => {
    const outcome = await runDns({ config, application: { internal: true } });
    const associations = outcome.ofType("aws:route53/zoneAssociation:ZoneAssociation").map(({ inputs }) => inputs);
    expect(associations).to.deep.equal([
      { zoneId, vpcId: "vpc-0a1b2c3d" },
      { zoneId, vpcId: "vpc-4e5f6071", vpcRegion: "eu-west-1" },
    ]);
  });

  it("are none unless asked for", async () => {
    const outcome = await runDns({ application: { internal: true } });
    expect(outcome.ofType("aws:route53/zoneAssociation:ZoneAssociation")).to.deep.equal([]);
  });
});

describe("health checks", () => {
  const type = "aws:route53/healthCheck:HealthCheck";

  it("call the API's status and the console from the internet", async () => {
    const outcome = await runDns({ config: { zoneName: "example.com", healthChecks: true, bareDomain: true } });
    const called = outcome
      .ofType(type)
      .map(({ inputs: check }) => [check["type"], check["fqdn"], check["resourcePath"]].join(" "));
    expect(called).to.deep.equal(["HTTPS api.pulumi.example.com /api/status", "HTTPS app.pulumi.example.com /"]);
    expect(outcome.outputs["healthCheckIds"]).to.have.length(2);
  });

  it("are none unless asked for", async () => {
    expect((await runDns()).ofType(type)).to.deep.equal([]);
  });
});
