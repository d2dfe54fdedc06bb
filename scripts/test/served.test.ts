import type { Task } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { describeTask, lastFailure } from "../lib/release/failed-tasks";
import { listServed, servedRelease, serves, type Served } from "../lib/release/served";

const registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi";
const [older, newer] = ["20251103-204-signed", "20260105-317-signed"];
const images = {
  api: `${registry}/service:${newer}`,
  console: `${registry}/console:${newer}`,
  migration: `${registry}/migrations:${newer}`,
};

const served = (name: Served["name"], image: string, rollout = "COMPLETED"): Served => ({
  ...{ name, image, rollout },
  serviceName: name,
  logGroup: name,
});
const api = served("api", images.api);

describe("what is served", () => {
  it("is a release where the service has come to run its image", () => {
    expect(serves(api, images)).to.equal(true);
    expect(serves(served("console", images.console), images)).to.equal(true);
    expect(serves(served("jobs", images.api), images), "jobs run the image of the API").to.equal(true);
  });

  it("isn't a release that was rolled back, or is still rolling, or has failed", () => {
    expect(serves(served("api", `${registry}/service:${older}`), images)).to.equal(false);
    expect(serves(served("api", images.api, "IN_PROGRESS"), images)).to.equal(false);
    expect(serves(served("api", images.api, "FAILED"), images)).to.equal(false);
    expect(serves(served("api", "nothing", "unknown"), images)).to.equal(false);
  });

  it("counts as the older release where the services differ", () => {
    expect(servedRelease([api, served("console", `${registry}/console:${older}`)])).to.equal(older);
    expect(servedRelease([served("api", "registry.example.com/api:hotfix"), api])).to.equal(newer);
    expect(servedRelease([served("api", images.api, "IN_PROGRESS")])).to.equal(undefined);
  });

  it("is told with what isn't settled", () => {
    expect(listServed([api, served("console", images.console, "FAILED")])).to.equal(
      `Serving: api ${images.api}, console ${images.console} (FAILED).`,
    );
  });
});

describe("what a roll-out died of", () => {
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

  it("is told with the words of ECS and the exit code", () => {
    expect(describeTask(task("0123", images.api, "Essential container in task exited"))).to.equal(
      "task 0123 of prod-api:8 stopped: Essential container in task exited; api: exit code 1",
    );
  });
});
