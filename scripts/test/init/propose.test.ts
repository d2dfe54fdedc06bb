import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import fc from "fast-check";
import { describe as shown } from "../../init/consent";
import { configurationOf, type Proposal, propose } from "../../init/propose";
import { settle } from "../../init/questions";
import { account, answers, licence, vpc, vpcId } from "./account";
import { problem, proposed } from "./proposed";

/** What a proposal decides, by setting; what is left at its default is not there. */
function valuesOf(proposal: Proposal): Record<string, string> {
  const { infrastructure, application, dns } = configurationOf(proposal.decisions);
  return { ...infrastructure, ...application, ...dns };
}

describe("what init makes of an account", () => {
  it("configures what is there once, without a default, from three answers", () => {
    const proposal = proposed();
    expect(proposal.questions).to.deep.equal([]);
    expect(proposal.problems).to.deep.equal([]);
    const expected: Record<Layer, Record<string, string>> = {
      infrastructure: {
        "aws:region": "eu-central-1",
        accountId: "111122223333",
        vpcId,
        privateSubnetIds: "subnet-private0a,subnet-private1b,subnet-private2c",
        isolatedSubnetIds: "subnet-isolated0a,subnet-isolated1b,subnet-isolated2c",
        publicSubnetIds: "subnet-public0a,subnet-public1b,subnet-public2c",
        serviceKeyId: "alias/pulumi-selfhosted",
      },
      application: {
        allowedCidrBlocks: "203.0.113.0/24",
        imageTag: "20260105-317-signed",
        domain: "pulumi.example.com",
        certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/1",
        licenseKey: licence,
      },
      dns: { zoneId: "Z1" },
    };
    expect(configurationOf(proposal.decisions)).to.deep.equal(expected);
    expect(proposal.decisions.find(({ key }) => key === "secretsProvider")?.value).to.equal(
      "awskms://alias/pulumi-state?region=eu-central-1",
    );
  });

  it("shows a reason for each value, and no secret", () => {
    const { decisions } = proposed();
    expect(decisions.filter(({ because }) => because === "")).to.deep.equal([]);
    expect(shown(decisions)).not.to.include(licence);
    expect(shown(decisions)).to.include("(secret)");
  });

  it("asks in an empty configuration for no more than ten values, at a terminal too", () => {
    expect(propose(account(), {}).questions.map(({ key }) => key)).to.deep.equal([
      "size",
      "allowedCidrBlocks",
      "domain",
      "licenseKey",
    ]);
  });

  it("has each answer go before what was found", () => {
    const more = { imageTag: "20250901-101-signed", size: "large", serviceKeyId: "alias/mine", ephemeral: "true" };
    expect(valuesOf(proposed({}, more))).to.include(more);
  });

  it("writes of any answers either a configuration or what is missing, and never a question beside its value", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 4 });
    const network = fc.record({ public: letters, private: letters, isolated: letters });
    fc.assert(
      fc.property(fc.array(network, { maxLength: 3 }), fc.subarray(["domain", "licenseKey"] as const), (vpcs, keys) => {
        const facts = account({ vpcs: vpcs.map((zones, index) => vpc(`vpc-0000000${index}`, zones)) });
        const given = Object.fromEntries(keys.map((key) => [key, answers[key]]));
        const { decisions, questions, problems } = propose(facts, given);
        const open = [...questions, ...problems].map(({ key }) => key);
        const decided = new Set(decisions.map(({ key }) => key));
        expect(open.filter((key) => decided.has(key))).to.deep.equal([]);
        const isWhole = ["vpcId", "privateSubnetIds", "isolatedSubnetIds", "domain", "licenseKey"].every((key) =>
          decided.has(key),
        );
        expect(isWhole || open.length > 0).to.equal(true);
      }),
    );
  });
});

describe("an answer", () => {
  it("is checked as the setting is, and never shown where it is a secret", () => {
    const { problems } = proposed({}, { domain: "Pulumi.Example.com", licenseKey: "no-licence-4711", size: "huge" });
    expect(problems.map(({ key }) => key).sort()).to.deep.equal(["domain", "licenseKey", "size"]);
    expect(JSON.stringify(problems)).not.to.include("4711");
    expect(problems.find(({ key }) => key === "domain")?.fix).to.equal("did you mean pulumi.example.com?");
  });

  it("must be that of a setting, and of one layer", () => {
    expect(problem({}, { vpcID: vpcId })).to.match(/^vpcID: is the name of no setting → did you mean vpcId\?$/);
    expect(problem({}, { logRetentionDays: "365" })).to.match(/is a setting of infrastructure and application/);
  });
});

describe("what is missing where nobody can be asked", () => {
  it("is listed at once, with its names in the answers and the choices that there are", async () => {
    const zones = { private: "ab", isolated: "ab" };
    const facts = account({ vpcs: [vpc("vpc-00000000", zones), vpc(vpcId, zones)], repositories: [] });
    const message = await settle(facts, {}, false).then(String, String);
    expect(message)
      .to.match(/^ {2}vpcId: vpc-00000000$/m)
      .and.to.match(new RegExp(`^ {4}- ${vpcId} `, "m"));
    expect(message)
      .to.match(/^ {2}domain: pulumi\.example\.com$/m)
      .and.to.match(/^ {2}licenseKeyFile: licence\.txt$/m);
    expect(message)
      .to.match(/^ {2}imageTag: no release/m)
      .and.not.to.match(/^ {2}size:/m);
  });
});
