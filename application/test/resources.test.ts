import * as aws from "@pulumi/aws";
import { type Outcome, parseJson } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, infrastructure, installation, logRouter, type Trial } from "./fixtures";

/** Installations that differ in what they register. */
const trials: Record<string, Trial> = {
  plain: {},
  full: {
    config: {
      ...{ jobsEnabled: true, execEnabled: true, dualStack: true, auditLogsTable: "audit", consoleSpot: true },
      ...logRouter({ Name: "s3" }),
      logRouterPolicyArn: "arn:aws:iam::111122223333:policy/logs",
    },
    above: { endpointsSecurityGroupId: "sg-endpoints" },
  },
  private: { config: { internal: true, readOnlyRootFilesystem: true } },
  "of a long name": {
    stack: "production-europe-central-1-blue",
    above: installation({ name: "a-company-with-a-long-name" }),
  },
};

/** The greatest length of physical names, where AWS has one. */
const limits: Record<string, number> = {
  "aws:lb/loadBalancer:LoadBalancer": 32,
  "aws:lb/targetGroup:TargetGroup": 32,
  "aws:iam/role:Role": 64,
  "aws:ecs/service:Service": 255,
};

for (const [what, trial] of Object.entries(trials)) {
  describe(`every resource of an installation, ${what}`, () => {
    let outcome: Outcome;
    before(async () => {
      outcome = await deploy(trial);
    });

    it("belongs to a component, whose name it carries on", () => {
      const byUrn = new Map(outcome.resources.map((resource) => [resource.urn, resource]));
      for (const { name, type, parent } of outcome.resources) {
        const owner = byUrn.get(parent);
        if (owner === undefined) {
          expect(type, name).to.match(/^(selfhosted:application:|pulumi:providers:|pulumi:pulumi:StackReference)/);
        } else {
          expect(name.startsWith(owner.name), `${name} below ${owner.name}`).to.equal(true);
        }
      }
    });

    it("has a name of its own", () => {
      const names = outcome.resources.map(({ type, name }) => `${type} ${name}`);
      expect(new Set(names).size).to.equal(names.length);
    });

    it("is made by the provider that is bound to account and region", () => {
      const [provider] = outcome.ofType("pulumi:providers:aws");
      expect(provider?.inputs["allowedAccountIds"]).to.include(infrastructure.installation.accountId);
      const ofAws = outcome.resources.filter(({ type }) => type.startsWith("aws:"));
      for (const { name, provider: reference, type } of ofAws) {
        expect(reference, `${type} ${name}`).to.include(`::${provider?.name ?? ""}::`);
      }
    });

    it("is tagged by the provider with the user's tags and those that say what made it", () => {
      const [provider] = outcome.ofType("pulumi:providers:aws");
      const { tags } = parseJson<{ tags: Record<string, string> }>(provider?.inputs["defaultTags"]);
      expect(tags).to.include({ team: "platform", layer: "application", "managed-by": "pulumi" });
    });

    it("has a physical name that AWS takes, and no other resource of its type has", () => {
      const taken = new Set<string>();
      for (const { type, inputs } of outcome.resources) {
        if (typeof inputs["name"] === "string") {
          const name = inputs["name"];
          expect(name.length, `${type} ${name}`).to.be.at.most(limits[type] ?? 512);
          expect(taken.has(`${type} ${name}`), `${type} ${name}`).to.equal(false);
          taken.add(`${type} ${name}`);
        }
      }
    });
  });
}

describe("everywhere in an installation", () => {
  const permissionsBoundaryArn = "arn:aws:iam::111122223333:policy/boundary";
  let outcome: Outcome;
  before(async () => {
    outcome = await deploy({ config: { execEnabled: true }, above: installation({ permissionsBoundaryArn }) });
  });

  it("roles are within the customer's boundary", () => {
    const boundaries = outcome.ofType(aws.iam.Role).map(({ inputs }) => inputs.permissionsBoundary);
    expect(boundaries).to.have.length(4);
    expect(new Set(boundaries)).to.deep.equal(new Set([permissionsBoundaryArn]));
  });

  it("logs are kept for a year, encrypted", () => {
    const groups = outcome.ofType(aws.cloudwatch.LogGroup);
    expect(groups).to.have.length(5);
    for (const { inputs } of groups) {
      expect(inputs).to.include({ retentionInDays: 365, kmsKeyId: infrastructure.dataKeyArn });
    }
  });

  it("secrets keep the versions that tasks may still read, encrypted", () => {
    const versions = outcome.ofType(aws.secretsmanager.SecretVersion);
    expect(versions.map(({ retainOnDelete }) => retainOnDelete)).to.deep.equal([true, true]);
    const keys = outcome.ofType(aws.secretsmanager.Secret).map(({ inputs }) => inputs.kmsKeyId);
    expect(keys).to.deep.equal([infrastructure.dataKeyArn, infrastructure.dataKeyArn]);
  });
});

describe("two installations in one account and region", () => {
  it("share no physical name", async () => {
    const names = async (stack: string): Promise<string[]> =>
      (await deploy({ stack })).resources.flatMap(({ type, inputs }) =>
        ["name", "family"]
          .filter((key) => typeof inputs[key] === "string")
          .map((key) => `${type} ${String(inputs[key])}`),
      );
    const [blue, green] = [await names("blue"), await names("green")];
    expect(blue.length).to.be.greaterThan(20);
    expect(blue.filter((name) => green.includes(name) && !name.startsWith("pulumi:"))).to.deep.equal([]);
  });
});

describe("What the layer says of its secrets", () => {
  const licenceUntil = (exp?: number): string =>
    [{ alg: "none" }, { sub: "tests", exp }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat("unsigned")
      .join(".");

  it("is when the licence ends, and how old a secret may get", async () => {
    const outputsOf = async (exp?: number, secretMaxAgeDays?: number) => {
      const { outputs } = await deploy({ secrets: { licenseKey: licenceUntil(exp) }, config: { secretMaxAgeDays } });
      return [outputs.licenceEnd, outputs.secretMaxAgeDays];
    };
    expect(await outputsOf(Date.UTC(2040, 0, 1) / 1000)).to.deep.equal(["2040-01-01T00:00:00.000Z", 365]);
    expect(await outputsOf(undefined, 0)).to.deep.equal(["", undefined]);
  });
});
