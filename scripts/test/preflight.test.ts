import type { HostedZone, ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import { judgeAccount } from "../lib/prerequisites/account";
import { judgeCertificateZone } from "../lib/prerequisites/certificate-zone";
import { judgeConfiguration, type Found } from "../lib/prerequisites/configuration";
import { judgeBroughtKey } from "../lib/prerequisites/key";
import { checkZone, type ZoneQuery } from "../lib/prerequisites/zone";
import type { Finding } from "../lib/report";

const failures = (findings: Finding[]): string[] =>
  findings.filter(({ verdict }) => verdict === "fail").map(({ name, evidence }) => `${name}: ${evidence}`);

describe("preflight: configuration", () => {
  const plain = (values: Record<string, string>): Found =>
    Object.fromEntries(Object.entries(values).map(([key, text]) => [key, { text, encrypted: false }]));
  const infrastructure = plain({
    "aws:region": "eu-central-1",
    "selfhosted-infrastructure:vpcId": "vpc-0a1b2c3d",
    "selfhosted-infrastructure:publicSubnetIds": "subnet-00000001,subnet-00000002",
    "selfhosted-infrastructure:privateSubnetIds": "subnet-00000003,subnet-00000004",
    "selfhosted-infrastructure:isolatedSubnetIds": "subnet-00000005,subnet-00000006",
    "selfhosted-infrastructure:serviceKeyId": "alias/service",
  });
  const application: Found = {
    ...plain({
      "selfhosted-application:domain": "pulumi.example.com",
      "selfhosted-application:imageTag": "20260105-317-signed",
      "selfhosted-application:certificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/1",
    }),
    "selfhosted-application:licenseKey": { text: "header.payload.signature", encrypted: true },
  };
  const dns = plain({ "selfhosted-dns:zoneName": "example.com" });

  const without = (found: Found, key: string): Found =>
    Object.fromEntries(Object.entries(found).filter(([each]) => each !== key));

  it("is content with what the three layers take", () => {
    const { configuration, findings } = judgeConfiguration({ infrastructure, application, dns }, undefined);
    expect(failures(findings)).to.deep.equal([]);
    expect(configuration.region).to.equal("eu-central-1");
    expect(configuration.infrastructure.publicSubnetIds).to.deep.equal(["subnet-00000001", "subnet-00000002"]);
    expect(configuration.dns.zoneName).to.equal("example.com");
  });

  it("misses a certificate before anything is deployed", () => {
    const bare = without(application, "selfhosted-application:certificateArn");
    const { findings } = judgeConfiguration({ infrastructure, application: bare, dns }, undefined);
    expect(failures(findings).join()).to.match(/application certificateArn: not set, and certificateZoneId neither/);
  });

  it("tells the problems of all layers at once, and where to type the remedy", () => {
    const { findings } = judgeConfiguration(
      {
        infrastructure: without(infrastructure, "selfhosted-infrastructure:vpcId"),
        application: { ...application, ...plain({ "selfhosted-application:imageTag": "latest" }) },
        dns: plain({ "selfhosted-dns:zoneNam": "example.com" }),
      },
      undefined,
    );
    const failed = findings.filter(({ verdict }) => verdict === "fail");
    expect(failed.map(({ name }) => name)).to.deep.equal([
      "infrastructure vpcId",
      "application imageTag",
      "dns zoneNam",
    ]);
    expect(failed[0]?.remedy).to.match(/^in infrastructure\/: pulumi config set vpcId /);
  });

  it("asks the rules over several settings, and those that look at another project's keys", () => {
    const noRegion = without(infrastructure, "aws:region");
    const { findings } = judgeConfiguration({ infrastructure: noRegion, application, dns: {} }, undefined);
    expect(failures(findings)).to.have.length(2);
    expect(failures(findings).join()).to.match(/infrastructure aws:region: not set.*dns zoneName: neither/);
  });

  it("never shows a secret", () => {
    const inClear = plain({ "selfhosted-application:licenseKey": "header.payload.signature" });
    const { findings } = judgeConfiguration(
      { infrastructure, application: { ...application, ...inClear }, dns },
      undefined,
    );
    expect(failures(findings)).to.have.length(1);
    expect(JSON.stringify(findings)).not.to.contain("header.payload");
  });
});

describe("preflight: account", () => {
  const caller = { account: "111122223333", caller: "arn:aws:iam::111122223333:user/me" };
  const wanted = { accountId: undefined, region: "eu-central-1" };
  const installation = {
    name: "acme",
    accountId: "111122223333",
    region: "eu-central-1",
    tags: {},
    size: "small" as const,
    ephemeral: false,
  };

  it("is content with any account before the first deployment, unless one is configured", () => {
    expect(failures(judgeAccount(caller, wanted, undefined))).to.deep.equal([]);
    expect(failures(judgeAccount(caller, { ...wanted, accountId: "444455556666" }, undefined))).to.have.length(1);
  });

  it("fails credentials of another account than the one deployed into, and another region", () => {
    expect(failures(judgeAccount(caller, wanted, installation))).to.deep.equal([]);
    expect(failures(judgeAccount(caller, wanted, { ...installation, accountId: "444455556666" }))).to.deep.equal([
      "account: arn:aws:iam::111122223333:user/me, but the installation belongs to account 444455556666",
    ]);
    expect(failures(judgeAccount(caller, { ...wanted, region: "eu-west-1" }, installation))).to.deep.equal([
      "region: eu-west-1, but deployed in eu-central-1",
    ]);
  });
});

describe("preflight: key", () => {
  const key = { KeyId: "1", KeyState: "Enabled" as const, KeySpec: "SYMMETRIC_DEFAULT" as const };

  it("must be enabled, symmetric and the customer's own", () => {
    const verdict = (change: object): string =>
      judgeBroughtKey("serviceKeyId", "alias/x", { ...key, ...change }).verdict;
    expect(verdict({})).to.equal("ok");
    expect(verdict({ KeyState: "Disabled" })).to.equal("fail");
    expect(verdict({ KeySpec: "RSA_2048" })).to.equal("fail");
    expect(verdict({ KeyManager: "AWS" })).to.equal("fail");
    expect(judgeBroughtKey("serviceKeyId", "alias/x", undefined).verdict).to.equal("fail");
  });
});

describe("preflight: zone", () => {
  const zones: HostedZone[] = [
    { Id: "/hostedzone/ZPUBLIC", Name: "example.com.", CallerReference: "", Config: { PrivateZone: false } },
    { Id: "/hostedzone/ZPRIVATE", Name: "example.com.", CallerReference: "", Config: { PrivateZone: true } },
    { Id: "/hostedzone/ZELSEWHERE", Name: "example.com.", CallerReference: "", Config: { PrivateZone: true } },
    { Id: "/hostedzone/ZNEXT", Name: "example.net.", CallerReference: "", Config: { PrivateZone: false } },
  ];
  const vpcOf: Record<string, string> = { ZPRIVATE: "vpc-1", ZELSEWHERE: "vpc-2" };

  /** Route 53 with these zones and records. */
  function route53(records: ResourceRecordSet[] = []): Route53 {
    const bare = (id = ""): string => id.replace("/hostedzone/", "");
    const fake = {
      listHostedZonesByName: () => Promise.resolve({ HostedZones: zones }),
      getHostedZone: ({ Id }: { Id?: string }) =>
        Promise.resolve({
          HostedZone: zones.find((zone) => bare(zone.Id) === bare(Id)),
          VPCs: [{ VPCId: vpcOf[bare(Id)] }],
        }),
      listResourceRecordSets: () => Promise.resolve({ ResourceRecordSets: records }),
    };
    return fake as unknown as Route53;
  }
  const query: ZoneQuery = {
    config: {
      zoneId: undefined,
      zoneName: "example.com",
      zoneType: undefined,
      zoneVpcIds: [],
      assumeRoleArn: undefined,
      bareDomain: false,
      overwriteRecords: false,
      healthChecks: false,
      applicationStack: undefined,
    },
    domains: ["api.example.com", "app.example.com"],
    internal: false,
    vpcId: "vpc-1",
    ownRecords: [],
  };
  const taken: ResourceRecordSet[] = [
    {
      Name: "api.example.com.",
      Type: "A",
      AliasTarget: { DNSName: "old.elb.example.", HostedZoneId: "Z", EvaluateTargetHealth: true },
    },
    { Name: "api.example.com.", Type: "TXT", ResourceRecords: [{ Value: "note" }] },
  ];

  it("is the public one, or the private one that the VPC sees", async () => {
    const zone = async (change: Partial<ZoneQuery>): Promise<string | undefined> =>
      (await checkZone(route53(), { ...query, ...change }))[0]?.evidence;
    expect(await zone({})).to.equal("public example.com (ZPUBLIC)");
    expect(await zone({ internal: true })).to.equal("private example.com (ZPRIVATE)");
    expect(await zone({ config: { ...query.config, zoneName: undefined, zoneId: "ZNEXT" } })).to.match(/ZNEXT/);
    expect(await zone({ internal: true, vpcId: "vpc-3" })).to.match(/private example\.com: found none/);
  });

  it("reports a record that exists already, and how to take it over", async () => {
    const found = await checkZone(route53(taken), query);
    expect(failures(found)).to.deep.equal([
      "record api.example.com: exists already, and is not of this installation: A → old.elb.example.",
    ]);
    expect(found.find(({ verdict }) => verdict === "fail")?.remedy).to.contain("overwriteRecords true");
  });

  it("leaves the installation's own records, other types, and those to be taken over alone", async () => {
    const check = async (change: Partial<ZoneQuery>): Promise<string[]> =>
      failures(await checkZone(route53(taken), { ...query, ...change }));
    expect(await check({ ownRecords: ["api.example.com"] })).to.deep.equal([]);
    expect(await check({ domains: ["app.example.com"] })).to.deep.equal([]);
    expect(await check({ config: { ...query.config, overwriteRecords: true } })).to.deep.equal([]);
  });

  it("refuses what the dns layer would refuse", async () => {
    const found = await checkZone(route53(), { ...query, domains: ["api.example.org"] });
    expect(failures(found).join()).to.contain("api.example.org lies outside of zone example.com (ZPUBLIC)");
  });
});

describe("preflight: the zone that proves a certificate", () => {
  const zone = (values: Partial<HostedZone>): HostedZone => ({
    Id: "Z0",
    Name: "example.com.",
    CallerReference: "",
    ...values,
  });
  const hosts = ["api.example.com", "app.example.com"];
  const judged: [what: string, HostedZone, RegExp | undefined][] = [
    ["a public one that holds the hosts", zone({}), undefined],
    ["a private one", zone({ Config: { PrivateZone: true } }), /private example\.com/],
    ["one of another domain", zone({ Name: "ample.com." }), /which doesn't hold api\.example\.com, app\.example\.com/],
  ];
  for (const [what, found, complaint] of judged) {
    it(`${complaint ? "refuses" : "takes"} ${what}`, () => {
      const { verdict, evidence } = judgeCertificateZone(found, hosts);
      expect(verdict).to.equal(complaint ? "fail" : "ok");
      expect(evidence).to.match(complaint ?? /public example\.com/);
    });
  }
});
