import { answerCalls, type Found, type Layer, layers } from "@selfhosted/common";
import { awsError, fakeAws, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { UnfitPulumi } from "../../environment";
import { preflight, preflightUnread } from "../../preflight/preflight";
import { PulumiError } from "../../pulumi/cli";
import type { CheckResult } from "../../report";
import { describe as lines } from "../../report";
import { readStacks } from "../../stacks";
import { configured, deployedOutputs, outputsOf, results } from "../support/installation";
import { scriptedPulumi } from "../support/scripted-account";

const failed = (all: CheckResult[]): CheckResult[] => all.filter(({ verdict }) => verdict === "fail");
const keys = (all: CheckResult[]): string[] => failed(all).map(({ layer, key }) => `${layer} ${key}`);

describe("preflight", function () {
  this.timeout(30_000);

  it("names the layer of each result, and where to type the fix", async () => {
    const found = configured({
      infrastructure: { vpcId: undefined },
      application: { imageTag: "latest" },
      dns: { zoneNam: "example.com" },
    });
    const all = await results(found);
    expect(keys(all)).to.include.members(["infrastructure vpcId", "application imageTag", "dns zoneNam"]);
    const [ofVpc] = failed(all).filter(({ key }) => key === "vpcId");
    expect(ofVpc?.fix).to.match(/^in infrastructure\/: .*pulumi config set vpcId /);
    expect(all.map(({ layer }) => layer)).not.to.include(undefined);
  });

  it("checks a layer that isn't deployed against what the one above it will give", async () => {
    const hidden = configured({ infrastructure: { publicSubnetIds: undefined } });
    expect(keys(await results(hidden)).join()).to.match(/application/);
    expect(keys(await results(configured({ application: { domain: "pulumi.example.org" } })))).to.include.members([
      "dns zoneName",
    ]);
  });

  it("checks a deployed layer against what the one above it will give from now on", async () => {
    const deployed = await deployedOutputs();
    const hidden = configured({ infrastructure: { publicSubnetIds: undefined } });
    expect(keys(await results(hidden, {}, { deployed })).join()).to.match(/application/);
  });

  it("goes on with what is known where one setting isn't good", async () => {
    const found = configured({
      infrastructure: { "aws:region": "Frankfurt", databaseInstanceClass: "db.r6g.lage" },
      application: { domain: "-" },
    });
    expect(keys(await results(found))).to.include.members([
      "infrastructure aws:region",
      "infrastructure databaseInstanceClass",
      "application domain",
    ]);
  });

  it("says once that AWS can't be asked, not for each thing that it would ask", async () => {
    const expired = {
      "sts:GetCallerIdentity": () => throwIfInvalid(awsError("ExpiredToken", "The token has expired")),
    };
    const all = failed(await results(configured(), expired));
    expect(all).to.have.length(1);
    expect(all[0]?.detail).to.match(/credentials have expired/);
    expect(all[0]?.fix).to.contain("AWS_PROFILE");
  });

  it("reports one cause once, whichever layer meets it", async () => {
    const all = failed(await results(configured({ infrastructure: { vpcId: "vpc-0000000000000dead" } })));
    expect(all).to.have.length(1);
    const problems = all.map(({ layer, key, detail }) => `${layer} ${key} ${detail}`);
    expect(new Set(problems).size).to.equal(problems.length);
  });

  it("finds that a deployed installation would be made anew elsewhere", async () => {
    const deployed = await deployedOutputs();
    const renamed = failed(await results(configured({ infrastructure: { name: "acme" } }), {}, { deployed }));
    expect(renamed.find(({ key }) => key === "name")).to.include({
      fix: "in infrastructure/: pulumi config set name pulumi",
    });
    const other = {
      "sts:GetCallerIdentity": () => ({ Account: "999988887777", Arn: "arn:aws:iam::999988887777:user/me" }),
    };
    const elsewhere = failed(await results(configured(), other, { deployed }));
    expect(elsewhere.find(({ key }) => key === "accountId")?.detail).to.match(/999988887777.*111122223333/);
  });

  it("reads the stacks that settings name, and refuses one that isn't there or isn't fit", async () => {
    const name = "organization/selfhosted-infrastructure/shared";
    const found = configured({ application: { infrastructureStack: name } });
    const check = async (outputs: Values | undefined): Promise<string[]> =>
      failed(await results(found, {}, { named: { infrastructure: { name, outputs } } })).map(
        ({ layer, key, detail }) => `${layer} ${key}: ${detail}`,
      );
    expect(await check(await outputsOf("infrastructure"))).to.deep.equal([]);
    expect(await check(undefined)).to.deep.equal([`application infrastructureStack: stack ${name} doesn't exist`]);
    expect((await check({ contractVersion: 99 })).join()).to.match(/infrastructureStack: .*follows version 99/);
  });

  it("refuses an application's stack that isn't there, beside what else is wrong in dns", async () => {
    const name = "organization/selfhosted-application/nowhere";
    const found = configured({ dns: { applicationStack: name, zoneNam: "example.com" } });
    const all = failed(await results(found, {}, { named: { application: { name } } }));
    expect(all.map(({ layer, key, detail }) => `${layer} ${key}: ${detail}`)).to.deep.equal([
      "dns zoneNam: unknown setting; did you mean zoneName?",
      `dns applicationStack: stack ${name} doesn't exist`,
    ]);
  });

  it("never shows a secret, good or bad, encrypted or in clear", async () => {
    const secrets = { licenseKey: "hush.hush-hush", samlPrivateKey: "-----BEGIN PRIVATE KEY-----\nhush-hush" };
    for (const inClear of [[], Object.keys(secrets)]) {
      const all = await results(configured({ application: secrets }, inClear));
      expect(keys(all)).to.include.members(["application licenseKey", "application samlPrivateKey"]);
      expect(JSON.stringify(all)).not.to.contain("hush-hush");
    }
  });

  it("is printed by layer, with counts", () => {
    const all: CheckResult[] = [
      { layer: "infrastructure", name: "network", verdict: "ok", detail: "vpc-1" },
      { layer: "dns", key: "zoneId", name: "zoneId", verdict: "fail", detail: "wrong", fix: "in dns/: do it" },
    ];
    expect(lines(all).split("\n")).to.deep.equal([
      "infrastructure: 1 ok",
      "✓ network  vpc-1",
      "",
      "dns: 1 fail",
      "✗ zoneId  wrong",
      "          fix: in dns/: do it",
    ]);
  });
});

describe("preflight of stacks that can't be read", () => {
  /** What is printed as JSON. */
  function printed(error: unknown): { healthy: boolean; findings: Record<string, string>[] } {
    const log = console.log;
    const lines: string[] = [];
    console.log = (text: string) => void lines.push(text);
    try {
      expect(preflightUnread("prod", error, true)).to.equal(1);
    } finally {
      console.log = log;
    }
    return JSON.parse(lines.join("\n")) as ReturnType<typeof printed>;
  }

  it("has that one cause, with its remedy, for programs too", () => {
    const { healthy, findings } = printed(new PulumiError("could not be read:\nerror: incorrect passphrase"));
    expect(healthy).to.equal(false);
    const [tool, cause, ...others] = findings;
    expect(tool).to.include({ area: "tools", name: "Node.js", verdict: "ok" });
    expect(cause).to.include({ area: "state", name: "passphrase", verdict: "fail" });
    expect(cause?.["remedy"]).to.contain("PULUMI_CONFIG_PASSPHRASE");
    expect(others).to.deep.equal([]);
  });

  it("names a pulumi that is too old", () => {
    const { findings } = printed(new UnfitPulumi("/usr/bin/pulumi is version 3.1.0"));
    expect(findings[1]).to.include({ area: "tools", name: "pulumi", verdict: "fail" });
  });

  it("doesn't take another failure for one of those", () => {
    expect(() => preflightUnread("prod", new Error("ENV=prod is not configured"), true)).to.throw("not configured");
  });
});

function throwIfInvalid(error: Error): never {
  throw error;
}

describe("preflight of a stack in an organization", function () {
  this.timeout(30_000);
  const asked: string[] = [];
  let findings: Record<"layer" | "key" | "verdict" | "evidence", string>[];

  const named = "acme/selfhosted-infrastructure/shared";
  const found = configured({
    application: { infrastructureStack: named },
    dns: { applicationStack: "acme/selfhosted-application/prod" },
  });
  const asJson = (layer: Layer): string =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries<Found[string]>(found[layer]).map(([key, { text, encrypted }]) => [
          key,
          { value: text, secret: encrypted },
        ]),
      ),
    ).replaceAll("'", "");

  before(async () => {
    const endPulumi = scriptedPulumi(
      `case "$*" in
        "whoami --json") echo '{ "url": "https://api.pulumi.com" }'; exit;;
        *"--stack acme/prod"|*"--stack ${named}") ;;
        *) echo "error: not asked for $*" >&2; exit 1;;
      esac
      case "$1 $(basename "$PWD")" in
        "config infrastructure") echo '${asJson("infrastructure")}';;
        "config application") echo '${asJson("application")}';;
        "config dns") echo '${asJson("dns")}';;
        *) echo "error: no stack named 'prod' found" >&2; exit 6;;
      esac`,
    );
    answerCalls(async (service, operation, input, region) => {
      asked.push(JSON.stringify(input));
      return fakeAws()(service, operation, input, region);
    });
    const log = console.log;
    const printed: string[] = [];
    console.log = (text: string) => void printed.push(text);
    try {
      const environment = { name: "acme/prod", stack: "prod", isSandbox: false };
      await preflight(environment, await readStacks(environment, { configurationOf: layers }), true);
      ({ findings } = JSON.parse(printed.join("\n")) as { findings: typeof findings });
    } finally {
      console.log = log;
      answerCalls(undefined);
      endPulumi();
    }
  });

  it("looks for things by the names that the programs give them, which know the stack's name alone", () => {
    expect(asked.join("\n")).to.contain("pulumi-prod-database-cluster").and.not.to.contain("acme");
  });

  it("looks for the stacks that settings name in their own organization, but not for its own one", () => {
    const refused = findings.filter(({ verdict }) => verdict === "fail");
    expect(refused.map(({ layer, key, evidence }) => `${layer} ${key}: ${evidence}`)).to.deep.equal([
      `application infrastructureStack: stack ${named} doesn't exist`,
    ]);
  });
});
