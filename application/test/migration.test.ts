import { expect } from "chai";
import { licenceOfTests, type Outcome, type Values } from "@selfhosted/common/testing";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import type { CheckResult, ResourceProvider } from "@pulumi/pulumi/dynamic";
import { deploy, migrationType, type Trial } from "./fixtures";

const service = "aws:ecs/service:Service";

async function triggers(trial?: Trial): Promise<unknown> {
  return (await deploy(trial)).the(migrationType).inputs["triggers"];
}

describe("migration", () => {
  it("is over before any service is registered, however long it takes", async () => {
    let succeededAt = Infinity;
    const registered: number[] = [];
    await deploy({
      config: { jobsEnabled: true },
      async resource(type) {
        if (type === migrationType) {
          await new Promise((resolve) => setTimeout(resolve, 300));
          succeededAt = performance.now();
        }
        if (type === service) {
          registered.push(performance.now());
        }
        return {};
      },
    });
    expect(registered).to.have.length(3);
    expect(Math.min(...registered)).to.be.greaterThan(succeededAt);
  });

  it("that fails leaves every service as it is", async () => {
    const registered: string[] = [];
    const outcome = await deploy({
      resource(type) {
        registered.push(type);
        if (type === migrationType) {
          throw new Error("The migration failed");
        }
        return undefined;
      },
    }).catch((error: unknown) => error);
    expect(outcome).to.be.an("error").with.property("message").that.includes("The migration failed");
    // Time for what doesn't wait for the migration.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(registered).to.include(migrationType);
    expect(registered).to.not.include(service);
  });

  it("starts only when the database lets it in, and ECS may start it", async () => {
    const { the, ofType } = await deploy();
    const { dependsOn } = the(migrationType);
    for (const name of [
      "migration-task-database-in",
      "migration-task-database-out",
      "migration-execution-policy",
      "cluster-capacity",
    ]) {
      expect(dependsOn.join(), name).to.include(`pulumi-test-${name}`);
    }
    expect(ofType(migrationType)).to.have.length(1);
  });

  it("lets API and console roll side by side", async () => {
    const { the } = await deploy();
    expect(the(service, "console-service").dependsOn.join()).to.not.include("api-service");
    expect(the(service, "api-service").dependsOn.join()).to.not.include("console-service");
  });

  it("depends on image, database and settings, and on nothing else", async () => {
    const before = await triggers();
    const changes: [what: string, trial: Trial, runs: boolean][] = [
      ["release", { config: { imageTag: "20260301-1100-signed" } }, true],
      ["setting", { config: { migrationLockWaitSeconds: 5 } }, true],
      ["variable", { config: { migrationExtraEnvironment: { A: "1" } } }, true],
      ["word", { config: { migrationRun: "after-restore" } }, true],
      ["size of its task", { config: { migrationCpu: 1024, migrationMemory: 2048 } }, false],
      ["API's digest", { config: { apiImageDigest: `sha256:${"1".repeat(64)}` } }, false],
      ["API's size", { config: { apiMinTasks: 5 } }, false],
      ["licence", { secrets: { licenseKey: licenceOfTests.replace(/[^.]*$/, "another") } }, false],
    ];
    for (const [what, trial, runs] of changes) {
      const equal = JSON.stringify(await triggers(trial)) === JSON.stringify(before);
      expect(equal, what).to.equal(!runs);
    }
  });

  it("shows in a preview whether it will run: its triggers are known", async () => {
    expect(await triggers({ preview: true })).to.deep.equal(await triggers());
  });

  it("waits as long as configured", async () => {
    expect((await deploy()).the(migrationType).inputs).to.include({ timeoutMinutes: 60 });
    expect((await deploy({ config: { migrationTimeoutMinutes: 240 } })).the(migrationType).inputs).to.include({
      timeoutMinutes: 240,
    });
  });

  it("is stored so that a process of its own can decide and run it", async () => {
    const provider = stored(await deploy());
    const olds = { triggers: { image: "1" }, __provider: "older code" };
    expect(
      await provider.diff?.("id", olds, { triggers: { image: "1" }, taskDefinitionArn: "another revision" }),
    ).to.deep.equal({
      changes: false,
    });
    expect(await provider.diff?.("id", olds, { triggers: { image: "2" } })).to.deep.equal({ changes: true });
    const { create, update } = provider;
    expect([typeof create, typeof update, typeof provider.delete]).to.deep.equal(["function", "function", "undefined"]);
  });

  it("is stored with what it needs alone, not with what its files import besides", async () => {
    const required = [...storedText(await deploy()).matchAll(/require\("([^"]+)"\)/g)].map(([, name = ""]) => name);
    expect(required.map((name) => name.replace(/\/dist-cjs.*/, ""))).to.have.members([
      "crypto",
      "@aws-sdk/client-ecs",
      "@aws-sdk/client-cloudwatch-logs",
    ]);
  });
});

describe("the migration of a release", () => {
  const older = "20251103-204-signed";
  const newer = "20260105-317-signed";
  /** Triggers that differ in tag and word alone, as the program hands them over. */
  const of = (tag: string, migrationRun?: string): { triggers: Record<string, string> } => ({
    triggers: { image: `registry.example.com:5000/pulumi/migrations:${tag}`, ...(migrationRun && { migrationRun }) },
  });
  /** Why Pulumi would refuse what is wanted, for a preview and for an update. */
  async function reasons(before: object, wanted: object): Promise<string[]> {
    const checked: CheckResult<unknown> = (await stored(await deploy()).check?.(before, wanted)) ?? {};
    const { inputs, failures = [] } = checked;
    expect(inputs).to.equal(wanted);
    expect(failures.filter(({ property }) => property !== "")).to.deep.equal([]);
    return failures.map(({ reason }) => reason);
  }

  it("older than the database's is refused, with the ways on", async () => {
    const [reason, ...others] = await reasons(of(newer), of(older));
    expect(others).to.deep.equal([]);
    expect(reason)
      .to.include(`${older} is older than ${newer}, for which the database was migrated`)
      .and.include("No migration was started and no service was changed")
      .and.include(`pulumi config set imageTag ${newer}\n`)
      .and.include(`make rollback ENV=test IMAGE_TAG=${older}\n`)
      .and.include("pulumi config set migrationRun");
  });

  it("older is refused where a digest pins it, too", async () => {
    expect(await reasons(of(newer), of(`${older}@sha256:${"1".repeat(64)}`))).to.have.length(1);
  });

  for (const [what, before, wanted] of [
    ["a new word for migrationRun, after a restore,", of(newer, "once"), of(older, "restored")],
    ["the first word for migrationRun, after a restore,", of(newer), of(older, "restored")],
    ["the same release", of(newer), of(newer)],
    ["a newer release", of(older), of(newer)],
    ["a first migration", {}, of(older)],
    ["a release whose tag says nothing of its age", of(newer), of("hotfix")],
    ["a release after one whose tag says nothing of its age", of("hotfix"), of(older)],
    ["a release that only a digest names", of(newer), { triggers: { image: `migrations@sha256:${"1".repeat(64)}` } }],
  ] as const) {
    it(`runs for ${what}`, async () => expect(await reasons(before, wanted)).to.deep.equal([]));
  }

  for (const [what, before, wanted] of [
    ["stayed", of(newer, "restored"), of(older, "restored")],
    ["went", of(newer, "restored"), of(older)],
  ] as const) {
    it(`older is refused where the word for migrationRun ${what}`, async () => {
      expect(await reasons(before, wanted)).to.have.length(1);
    });
  }

  it("stays where a rollback left it, while the services go back", async () => {
    const inputs = async (config: Values): Promise<Values> => (await deploy({ config })).the(migrationType).inputs;
    const before = await inputs({ imageTag: newer });
    expect(await reasons(before, await inputs({ imageTag: older, migrationImageTag: newer }))).to.deep.equal([]);
    expect(await reasons(before, await inputs({ imageTag: older }))).to.have.length(1);
  });
});

function storedText(outcome: Outcome): string {
  return String(outcome.the(migrationType).inputs["__provider"]);
}

/** The provider as Pulumi reads it back from the stack's state. */
function stored(outcome: Outcome): ResourceProvider {
  const text = storedText(outcome);
  const module = { exports: {} as { handler?: () => ResourceProvider } };
  const evaluate = runInThisContext(`(function (exports, module, require) {${text}\n})`) as (
    ...args: unknown[]
  ) => void;
  evaluate(module.exports, module, createRequire(__filename));
  const provider = module.exports.handler?.();
  if (provider === undefined) {
    throw new Error("the provider isn't there");
  }
  return provider;
}
