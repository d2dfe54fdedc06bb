import { ecPair, rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import type { CheckResult } from "../../../report";
import { configured, deployedOutputs, results } from "../../support/installation";

const failed = (all: CheckResult[]): CheckResult[] => all.filter(({ verdict }) => verdict === "fail");

describe("A mistake in the configuration", function () {
  this.timeout(30_000);

  it("isn't seen in a good configuration, before the first deployment and after it", async () => {
    expect(failed(await results(configured()))).to.deep.equal([]);
    expect(failed(await results(configured(), {}, { deployed: await deployedOutputs() }))).to.deep.equal([]);
  });

  it("names the layer of a setting that is configured in another, which a layer by itself doesn't know", async () => {
    const all = await results(configured({ infrastructure: { domain: "example.com" }, application: { tags: {} } }));
    expect(failed(all).map(({ layer, key, detail, fix }) => [layer, key, detail, fix])).to.deep.equal([
      [
        "infrastructure",
        "domain",
        "is a setting of application/",
        "in infrastructure/: pulumi config rm domain, and set it in application/",
      ],
      [
        "application",
        "tags",
        "is a setting of infrastructure/",
        "in application/: pulumi config rm tags, and set it in infrastructure/",
      ],
    ]);
  });

  it("hides no other: six of them are six results, in one run", async () => {
    const found = configured({
      infrastructure: {
        "aws:profile": "payments",
        tags: { Project: "payments" },
        databaseServerless: true,
        databaseMinCapacity: 32,
      },
      application: {
        allowedCidrBlocks: "203.0.113.77/24",
        smtpServer: "relay.example.com:99999",
        smtpSender: "pulumi@example.com",
        samlCertificate: rsaPair.certificate,
        samlPrivateKey: ecPair.privateKey,
      },
    });
    for (const deployed of [{}, await deployedOutputs()]) {
      const keys = failed(await results(found, {}, { deployed })).map(({ layer, key }) => `${layer} ${key}`);
      expect(keys).to.include.members([
        "infrastructure aws:profile",
        "infrastructure tags",
        "infrastructure databaseMinCapacity",
        "application allowedCidrBlocks",
        "application smtpServer",
        "application samlPrivateKey",
      ]);
    }
  });
});
