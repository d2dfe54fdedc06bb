import { expect } from "chai";
import type { Known } from "../../init/choice";
import type { Facts } from "../../init/facts";
import { vpc, vpcId, type Zones } from "./account";
import { problem, proposed, question, value } from "./proposed";

describe("the network that init chooses", () => {
  const only = (zones: Zones): Partial<Facts> => ({ vpcs: [vpc(vpcId, zones)] });

  it("is the one VPC that has what is needed", () => {
    const vpcs = [vpc("vpc-00000000", { public: "abc" }), vpc(vpcId, { private: "ab", isolated: "ab" })];
    expect(value("vpcId", { vpcs })).to.equal(vpcId);
  });

  it("is asked for where several have", () => {
    const zones = { private: "ab", isolated: "ab" };
    expect(question("vpcId", { vpcs: [vpc("vpc-00000000", zones), vpc(vpcId, zones)] })).to.deep.equal([
      "vpc-00000000",
      vpcId,
    ]);
  });

  it("can't be a VPC without isolated subnets", () => {
    expect(problem(only({ public: "ab", private: "ab" }))).to.match(
      /^vpcId: .*isolated subnets \(no route out\) in no zone → make private subnets/,
    );
  });

  it("can't be a VPC in one zone, also where it was answered", () => {
    const { problems } = proposed(only({ private: "ab", isolated: "aa" }), { vpcId });
    expect(problems.map(({ key, reason }) => `${key}: ${reason}`)).to.deep.equal([
      `isolatedSubnetIds: ${vpcId} 10.0.0.0/16: isolated subnets (no route out) in eu-central-1a only`,
    ]);
  });

  it("can't be a VPC of another account or region", () => {
    const { problems } = proposed({}, { vpcId: "vpc-00000000" });
    expect(problems[0]?.reason).to.equal(
      `vpc-00000000 doesn't exist in account 111122223333, eu-central-1; found: ${vpcId} 10.0.0.0/16`,
    );
  });

  it("has its subnets asked for where a zone has several, with the first of each proposed", () => {
    const { questions } = proposed(only({ private: "aab", isolated: "ab" }));
    expect(questions).to.have.lengthOf(1);
    expect(questions[0]).to.deep.include({
      key: "privateSubnetIds",
      several: ["subnet-private0a", "subnet-private2b"],
    });
  });

  it("takes public subnets in the zones of the private ones only", () => {
    expect(value("publicSubnetIds", only({ public: "abc", private: "bc", isolated: "ab" }))).to.equal(
      "subnet-public1b,subnet-public2c",
    );
  });

  it("is private where public subnets are in fewer than two of those zones", () => {
    const facts = only({ public: "ac", private: "ab", isolated: "ab" });
    expect(value("publicSubnetIds", facts)).to.equal(undefined);
    expect(value("internal", facts)).to.equal("true");
  });

  it("is private where that is the answer, and then has no public subnets", () => {
    expect(value("publicSubnetIds", {}, { internal: "true" })).to.equal(undefined);
    expect(value("internal", {}, { internal: "true" })).to.equal("true");
  });

  it("asks who may reach load balancers that face the internet, and never decides it", () => {
    const open = { allowedCidrBlocks: undefined };
    const asked = (more: Known): boolean =>
      proposed({}, { ...open, ...more }).questions.some(({ key }) => key === "allowedCidrBlocks");
    expect(asked({})).to.equal(true);
    for (const answer of [
      { allowedPrefixListIds: "pl-0123456789abcdef0" },
      { openToInternet: "true" },
      { internal: "true" },
    ] as Known[]) {
      expect(asked(answer), JSON.stringify(answer)).to.equal(false);
    }
  });

  it("leaves to the database what isn't answered as private, where private subnets have no way out either", () => {
    const privateSubnetIds = "subnet-00000000,subnet-11111111";
    const facts = only({ public: "ab", isolated: "abab" });
    const [first, second, ...rest] = facts.vpcs?.[0]?.subnets.isolatedSubnetIds ?? [];
    Object.assign(first ?? {}, { id: "subnet-00000000" });
    Object.assign(second ?? {}, { id: "subnet-11111111" });
    expect(problem(facts)).to.include("answer vpcId and privateSubnetIds");
    const given = { vpcId, privateSubnetIds };
    expect(value("isolatedSubnetIds", facts, given)).to.equal(rest.map(({ id }) => id).join(","));
    expect(value("publicSubnetIds", facts, given)).to.equal("subnet-public0a,subnet-public1b");
  });

  it("says that it can't be read where it can't, and not that there is none", () => {
    const unread = { vpcs: "the VPCs can't be read: the credentials don't allow it" };
    expect(problem({ vpcs: [], unread })).to.match(/^vpcId: the VPCs can't be read.* → allow that, or .*vpcId$/);
  });
});
