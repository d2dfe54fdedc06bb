import type { Task } from "@aws-sdk/client-ecs";
import { applicationContract } from "@selfhosted/common";
import { exampleOutput } from "@selfhosted/common/testing";
import { expect } from "chai";
import { checkMigration } from "../../aws/migration";
import type { CheckResult } from "../../report";
import { the } from "../support/results";

describe("verify: the migration", () => {
  it("is checked by its last run, as long as ECS lists it", () => {
    const run = (hour: number, exitCode?: number, lastStatus = "STOPPED") => ({
      createdAt: new Date(2026, 5, 1, hour),
      lastStatus,
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode }],
    });
    const migration = { ...exampleOutput(applicationContract, "migration"), image: "i" };
    const taskDefinition = { containerDefinitions: [{ image: "i" }] };
    const check = (...runs: Task[]): CheckResult =>
      the(checkMigration(migration, { taskDefinition, runs }), "migration run");
    expect(check(run(1, 1), run(2, 0)).verdict).to.equal("ok");
    expect(check(run(1, 0), run(2, 1))).to.deep.include({
      verdict: "fail",
      detail: "STOPPED, exit code 1, Essential container in task exited",
    });
    expect(check(run(1)).verdict).to.equal("fail");
    expect(check(run(1, undefined, "RUNNING")).verdict).to.equal("fail");
    expect(check().verdict).to.equal("ok");
  });
});
