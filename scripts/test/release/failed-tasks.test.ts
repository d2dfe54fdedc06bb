import type { Task } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { describeTask, lastFailure } from "../../release/failed-tasks";
const registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi";
const [older, newer] = ["20251103-204-signed", "20260105-317-signed"];
const images = {
  api: `${registry}/service:${newer}`,
  console: `${registry}/console:${newer}`,
  migration: `${registry}/migrations:${newer}`,
};

describe("why a rollout failed", () => {
  const task = (id: string, image: string, stoppedReason: string, hours = 1): Task => ({
    taskArn: `arn:aws:ecs:eu-central-1:111122223333:task/prod/${id}`,
    taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/prod-api:8",
    stoppedReason,
    stoppedAt: new Date(Date.UTC(2026, 0, 5, hours)),
    containers: [{ name: "api", image, exitCode: 1 }],
  });

  it("is the last task of the release that ended by itself, or for its health", () => {
    const exited = task("exited", images.api, "Essential container in task exited", 1);
    const unhealthy = task("unhealthy", images.api, "Task failed ELB health checks", 2);
    const old = task("old", `${registry}/service:${older}`, "Essential container in task exited", 3);
    const cleared = task("cleared", images.api, "Scaling activity initiated by (deployment ecs-svc/1)", 4);
    expect(lastFailure([exited, unhealthy, old, cleared], images.api)).to.equal(unhealthy);
    expect(lastFailure([old, cleared], images.api)).to.equal(undefined);
  });

  it("is found by the reference that ECS reports, to which it adds the digest that the tag led to", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const resolved = task("resolved", `${images.api}@${digest}`, "Essential container in task exited");
    expect(lastFailure([resolved], images.api)).to.equal(resolved);
    expect(lastFailure([resolved], `${images.api}@${digest}`)).to.equal(resolved);
    expect(lastFailure([resolved], `${images.api}@sha256:${"1".repeat(64)}`)).to.equal(undefined);
    expect(lastFailure([resolved], `${registry}/service:${older}`)).to.equal(undefined);
  });

  it("is said in the words of ECS, with the exit code", () => {
    expect(describeTask(task("0123", images.api, "Essential container in task exited"))).to.equal(
      "task 0123 of prod-api:8 stopped: Essential container in task exited; api: exit code 1",
    );
  });
});
