import { partitions, type Outcome, type Partition } from "@selfhosted/common/testing";
import { expect } from "chai";
import { applicationOutputs, loadBalancer, runDns, zoneId } from "./installation";

const recordType = "aws:route53/record:Record";

/** `host type` → name of the load balancer it leads to. */
function targets(outcome: Outcome): Record<string, unknown> {
  return Object.fromEntries(
    outcome.ofType(recordType).map(({ inputs }) => {
      const [alias] = inputs["aliases"] as { name: string }[];
      return [[inputs["name"], inputs["type"]].join(" "), alias?.name];
    }),
  );
}

describe("records", () => {
  it("leads each host name to its own load balancer, as long as that is healthy", async () => {
    const outcome = await runDns();
    expect(outcome.the(recordType, "-api-a").inputs).to.deep.include({
      zoneId,
      name: "api.pulumi.example.com",
      type: "A",
      aliases: [{ name: loadBalancer("api").dnsName, zoneId: "ZNLBAPI", evaluateTargetHealth: true }],
    });
    expect(targets(outcome)).to.deep.equal({
      "api.pulumi.example.com A": loadBalancer("api").dnsName,
      "app.pulumi.example.com A": loadBalancer("console").dnsName,
    });
  });

  it("adds IPv6 for dual-stack load balancers", async () => {
    const outcome = await runDns({ application: { dualStack: true } });
    expect(targets(outcome)).to.deep.equal({
      "api.pulumi.example.com A": loadBalancer("api").dnsName,
      "api.pulumi.example.com AAAA": loadBalancer("api").dnsName,
      "app.pulumi.example.com A": loadBalancer("console").dnsName,
      "app.pulumi.example.com AAAA": loadBalancer("console").dnsName,
    });
    expect(outcome.outputs["records"]).to.deep.equal(["api.pulumi.example.com", "app.pulumi.example.com"]);
  });

  it("works without a subdomain, where the bare domain is the zone itself", async () => {
    const aws = { "acm:DescribeCertificate": () => ({ Certificate: { DomainName: "example.com" } }) };
    const outcome = await runDns({ aws, domain: "example.com", config: { zoneName: "example.com", bareDomain: true } });
    expect(targets(outcome)).to.deep.equal({
      "api.example.com A": loadBalancer("api").dnsName,
      "app.example.com A": loadBalancer("console").dnsName,
      "example.com A": loadBalancer("console").dnsName,
    });
  });

  it("leaves records that exist alone unless overwriteRecords takes them over", async () => {
    const overwrite = async (config: Record<string, unknown>): Promise<unknown[]> =>
      (await runDns({ config })).ofType(recordType).map(({ inputs }) => inputs["allowOverwrite"]);
    expect(await overwrite({ zoneName: "example.com" })).to.deep.equal([false, false]);
    expect(await overwrite({ zoneName: "example.com", overwriteRecords: true })).to.deep.equal([true, true]);
  });

  it("gives the operator URLs, zone and names, as its contract says", async () => {
    const { outputs } = await runDns();
    expect(outputs).to.deep.equal({
      contractVersion: 1,
      apiUrl: "https://api.pulumi.example.com",
      consoleUrl: "https://app.pulumi.example.com",
      zoneId,
      records: ["api.pulumi.example.com", "app.pulumi.example.com"],
    });
  });

  it("keeps two stacks in one zone apart", async () => {
    const one = await runDns({ stack: "prod", domain: "one.example.com" });
    const two = await runDns({ stack: "staging", domain: "two.example.com" });
    const names = [...one.resources, ...two.resources].map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(Object.keys({ ...targets(one), ...targets(two) })).to.have.length(4);
  });
});

for (const partition of Object.keys(partitions) as Partition[]) {
  describe(`every resource in ${partition}`, () => {
    const config = { zoneName: "example.com", bareDomain: true, healthChecks: true, overwriteRecords: true };
    let outcome: Outcome;
    before(async () => {
      outcome = await runDns({ partition, config, application: { dualStack: true } });
    });

    it("has a parent, whose name its own starts with", () => {
      const names = new Map(outcome.resources.map(({ urn, name }) => [urn, name]));
      const children = outcome.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
      expect(children).to.have.length(8);
      for (const { name, parent } of children) {
        expect(names.get(parent), `parent of ${name}`).to.be.a("string");
        expect(name.startsWith(`${names.get(parent)}-`), name).to.equal(true);
      }
    });

    it("is made by the layer's own provider: one account, one region, tagged", () => {
      const provider = outcome.the("pulumi:providers:aws");
      for (const { name, provider: used } of outcome.resources.filter(({ type }) => type.startsWith("aws:"))) {
        expect(used.startsWith(provider.urn), name).to.equal(true);
      }
      const { region } = partitions[partition];
      expect(provider.inputs["region"]).to.equal(region);
      expect(JSON.parse(String(provider.inputs["allowedAccountIds"]))).to.deep.equal([
        applicationOutputs().installation.accountId,
      ]);
      expect(JSON.parse(String(provider.inputs["defaultTags"]))).to.deep.nested.include({
        "tags.team": "platform",
        "tags.project": "acme",
        "tags.layer": "dns",
        "tags.stack": "test",
      });
    });
  });
}
