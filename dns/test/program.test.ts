import { accountId, type Outcome, type Partition, partitions } from "@selfhosted/common/testing";
import { expect } from "chai";
import { dns, zoneId } from "./installation";

describe("the dns layer", () => {
  it("gives the operator URLs, zone and names, as its contract says", async () => {
    const { outputs } = await dns.run();
    expect(outputs).to.deep.equal({
      contractVersion: 1,
      apiUrl: "https://api.pulumi.example.com",
      consoleUrl: "https://app.pulumi.example.com",
      zoneId,
      records: ["api.pulumi.example.com", "app.pulumi.example.com"],
    });
  });
});

for (const partition of Object.keys(partitions) as Partition[]) {
  describe(`every resource in ${partition}`, () => {
    const config = { bareDomain: true, healthChecks: true, overwriteRecords: true };
    let outcome: Outcome;
    before(async () => {
      outcome = await dns.run({ partition, config, above: { dualStack: true } });
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
      expect(JSON.parse(String(provider.inputs["allowedAccountIds"]))).to.deep.equal([accountId]);
      expect(JSON.parse(String(provider.inputs["defaultTags"]))).to.deep.nested.include({
        "tags.team": "platform",
        "tags.project": "acme",
        "tags.layer": "dns",
        "tags.stack": "test",
      });
    });
  });
}
