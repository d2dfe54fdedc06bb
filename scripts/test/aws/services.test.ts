import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { checkRollout, checkService } from "../../aws/services";
import { the, verdicts } from "../support/results";

describe("verify: services", () => {
  const arn = (revision: number): string =>
    `arn:aws:ecs:eu-central-1:111122223333:task-definition/acme-prod-api:${revision}`;
  const image = (tag: string): string => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/service:${tag}`;
  const running = (tag: string): TaskDefinition => ({ containerDefinitions: [{ image: image(tag) }] });
  const deployed = { taskDefinitionArn: arn(8), image: image("20260105-317-signed") };
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

  it("is content with a steady service of the release that was deployed", () => {
    const found = checkService("api", { service: steady, taskDefinition: running("20260105-317-signed") }, deployed);
    expect(verdicts(found)).to.deep.equal({ "api tasks": "ok", "api rollout": "ok", "api image": "ok" });
  });

  it("fails a service that is steady because ECS rolled it back, with ECS's own events", () => {
    const found = checkService(
      "api",
      { service: rolledBack, taskDefinition: running("20251103-204-signed") },
      deployed,
    );
    expect(verdicts(found)).to.deep.equal({ "api tasks": "ok", "api rollout": "fail", "api image": "fail" });
    const { detail, fix } = the(found, "api rollout");
    expect(detail).to.match(
      /runs acme-prod-api:7, not acme-prod-api:8: it rolled back \(ECS deployment circuit breaker/,
    );
    expect(fix).to.contain("rolling back to deployment 7. | (service api) has started 2 tasks.");
  });

  it("fails a rollback also after ECS has forgotten the failed deployment", () => {
    const forgotten = { ...rolledBack, deployments: rolledBack.deployments?.slice(0, 1) };
    expect(checkRollout("api", forgotten, deployed).verdict).to.equal("fail");
  });

  it("fails a deployment that failed and isn't rolled back yet", () => {
    const failing: Service = {
      ...steady,
      deployments: [{ status: "PRIMARY", taskDefinition: arn(8), rolloutState: "FAILED" }],
    };
    const { verdict, fix } = checkRollout("api", failing, deployed);
    expect(verdict).to.equal("fail");
    expect(fix).to.match(/^read the service's log group, remove the cause, then `make deploy`/);
  });

  it("fails while ECS is still rolling, and says so", () => {
    const rolling: Service = {
      ...steady,
      deployments: [{ status: "PRIMARY", taskDefinition: arn(8), rolloutState: "IN_PROGRESS" }],
    };
    expect(checkRollout("api", rolling, deployed)).to.deep.include({
      verdict: "fail",
      detail: "acme-prod-api:8 IN_PROGRESS",
    });
  });

  it("says how to start a service that was stopped, and how to get back one that is gone", () => {
    const clusterArn = "arn:aws:ecs:eu-central-1:111122223333:cluster/acme-prod";
    const serviceArn = "arn:aws:ecs:eu-central-1:111122223333:service/acme-prod/acme-prod-api";
    const fix = (change: Service): string | undefined =>
      the(checkService("api", { service: { ...steady, ...change }, taskDefinition: {} }, deployed), "api tasks").fix;
    expect(fix({ clusterArn, serviceArn, desiredCount: 0, runningCount: 0 })).to.contain(
      "aws ecs update-service --region eu-central-1 --cluster acme-prod --service acme-prod-api --desired-count 2",
    );
    expect(fix({ status: "INACTIVE" })).to.match(/pulumi up/);
    expect(fix({ runningCount: 1 })).to.match(/^read its events/);
  });

  it("fails too few tasks, none at all, and a service that is gone", () => {
    const tasks = (service: Service): string | undefined =>
      the(checkService("api", { service, taskDefinition: {} }, deployed), "api tasks").verdict;
    expect(tasks({ ...steady, runningCount: 1 })).to.equal("fail");
    expect(tasks({ ...steady, desiredCount: 0, runningCount: 0 })).to.equal("fail");
    expect(tasks({ ...steady, status: "INACTIVE" })).to.equal("fail");
    expect(tasks({})).to.equal("fail");
  });
});
