import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { judgeMigration, judgeService, rollout } from "../lib/checks/services";
import { the, verdicts } from "./findings";

describe("verify: services", () => {
  const arn = (revision: number): string =>
    `arn:aws:ecs:eu-central-1:111122223333:task-definition/acme-prod-api:${revision}`;
  const image = (tag: string): string => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/service:${tag}`;
  const running = (tag: string): TaskDefinition => ({ containerDefinitions: [{ image: image(tag) }] });
  const asked = { taskDefinitionArn: arn(8), image: image("20260105-317-signed") };
  const steady: Service = {
    status: "ACTIVE",
    desiredCount: 2,
    runningCount: 2,
    taskDefinition: arn(8),
    deployments: [{ status: "PRIMARY", taskDefinition: arn(8), rolloutState: "COMPLETED" }],
  };
  const rolledBack: Service = {
    ...steady,
    taskDefinition: arn(7),
    deployments: [
      { status: "PRIMARY", taskDefinition: arn(7), rolloutState: "COMPLETED" },
      {
        status: "INACTIVE",
        taskDefinition: arn(8),
        rolloutState: "FAILED",
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      },
    ],
    events: [
      { message: "(service api) rolling back to deployment 7." },
      { message: "(service api) has started 2 tasks." },
    ],
  };

  it("is content with a steady service of the release that was asked for", () => {
    const found = judgeService("api", { service: steady, taskDefinition: running("20260105-317-signed") }, asked);
    expect(verdicts(found)).to.deep.equal({ "api tasks": "ok", "api rollout": "ok", "api image": "ok" });
  });

  it("fails a service that is steady because ECS rolled it back, with ECS's own events", () => {
    const found = judgeService("api", { service: rolledBack, taskDefinition: running("20251103-204-signed") }, asked);
    expect(verdicts(found)).to.deep.equal({ "api tasks": "ok", "api rollout": "fail", "api image": "fail" });
    const { evidence, remedy } = the(found, "api rollout");
    expect(evidence).to.match(
      /serves acme-prod-api:7, not acme-prod-api:8: it rolled back \(ECS deployment circuit breaker/,
    );
    expect(remedy).to.contain("rolling back to deployment 7. | (service api) has started 2 tasks.");
  });

  it("fails a rollback also after ECS has forgotten the failed deployment", () => {
    const forgotten = { ...rolledBack, deployments: rolledBack.deployments?.slice(0, 1) };
    expect(rollout("api", forgotten, asked).verdict).to.equal("fail");
  });

  it("fails a deployment that failed and isn't rolled back yet", () => {
    const failing: Service = {
      ...steady,
      deployments: [{ status: "PRIMARY", taskDefinition: arn(8), rolloutState: "FAILED" }],
    };
    const { verdict, remedy } = rollout("api", failing, asked);
    expect(verdict).to.equal("fail");
    expect(remedy).to.match(/^read the service's log group, remove the cause, then `make deploy`/);
  });

  it("fails while ECS is still rolling, and says so", () => {
    const rolling: Service = {
      ...steady,
      deployments: [{ status: "PRIMARY", taskDefinition: arn(8), rolloutState: "IN_PROGRESS" }],
    };
    expect(rollout("api", rolling, asked)).to.deep.include({
      verdict: "fail",
      evidence: "acme-prod-api:8 IN_PROGRESS",
    });
  });

  it("fails too few tasks, none at all, and a service that is gone", () => {
    const tasks = (service: Service): string | undefined =>
      the(judgeService("api", { service, taskDefinition: {} }, asked), "api tasks").verdict;
    expect(tasks({ ...steady, runningCount: 1 })).to.equal("fail");
    expect(tasks({ ...steady, desiredCount: 0, runningCount: 0 })).to.equal("fail");
    expect(tasks({ ...steady, status: "INACTIVE" })).to.equal("fail");
    expect(tasks({})).to.equal("fail");
  });

  it("judges the last run of the migration, as long as ECS lists it", () => {
    const run = (hour: number, exitCode?: number, lastStatus = "STOPPED") => ({
      createdAt: new Date(2026, 5, 1, hour),
      lastStatus,
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode }],
    });
    expect(judgeMigration([run(1, 1), run(2, 0)], "logs").verdict).to.equal("ok");
    expect(judgeMigration([run(1, 0), run(2, 1)], "logs")).to.deep.include({
      verdict: "fail",
      evidence: "STOPPED, exit code 1, Essential container in task exited",
    });
    expect(judgeMigration([run(1)], "logs").verdict).to.equal("fail");
    expect(judgeMigration([run(1, undefined, "RUNNING")], "logs").verdict).to.equal("fail");
    expect(judgeMigration([], "logs").verdict).to.equal("ok");
  });
});
