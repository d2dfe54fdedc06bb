import * as aws from "@pulumi/aws";
import { licenceOfTests } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, type Trial } from "../fixtures";
import { migrationType } from "./stored-provider";

const serviceType = "aws:ecs/service:Service";

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
        if (type === serviceType) {
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
    expect(registered).to.not.include(serviceType);
  });

  it("starts only when the database admits it, and ECS may start it", async () => {
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
    expect(the(aws.ecs.Service, "console-service").dependsOn.join()).to.not.include("api-service");
    expect(the(aws.ecs.Service, "api-service").dependsOn.join()).to.not.include("console-service");
  });

  it("depends on image, database and settings, and on nothing else", async () => {
    const before = await triggers();
    const changes: [what: string, trial: Trial, runs: boolean][] = [
      ["release", { config: { imageTag: "20260301-1100-signed" } }, true],
      ["setting", { config: { migrationLockWaitSeconds: 5 } }, true],
      ["variable", { config: { migrationExtraEnvironment: { A: "1" } } }, true],
      ["value of migrationRun", { config: { migrationRun: "after-restore" } }, true],
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
    const minutes = async (trial?: Trial) => (await deploy(trial)).the(migrationType).inputs["timeoutMinutes"];
    expect(await minutes()).to.equal(60);
    expect(await minutes({ config: { migrationTimeoutMinutes: 240 } })).to.equal(240);
  });
});
