import type { Task } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { describeTask, lastFailure } from "../lib/release/failed-tasks";
import { describeServed, servedRelease, serves, type Served, type Version } from "../lib/release/served";

const registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi";
const [older, newer] = ["20251103-204-signed", "20260105-317-signed"];
const images = {
  api: `${registry}/service:${newer}`,
  console: `${registry}/console:${newer}`,
  migration: `${registry}/migrations:${newer}`,
};

const version = (image: string, rollout = "COMPLETED", running = 2): Version => ({
  image,
  rollout,
  running,
  desired: 2,
});
const served = (name: Served["name"], ...versions: Version[]): Served => ({
  ...{ name, versions },
  title: name,
  serviceName: name,
  region: "eu-central-1",
  cluster: "prod",
  logGroup: name,
  taskDefinition: `${name}:1`,
  events: ["(service) rolling back to deployment 7."],
});
const api = served("api", version(images.api));
const olderConsole = version(`${registry}/console:${older}`);

describe("what is served", () => {
  it("is a release where the service has come to run its image, and no other", () => {
    expect(serves(api, images)).to.equal(true);
    expect(serves(served("console", version(images.console)), images)).to.equal(true);
    expect(serves(served("jobs", version(images.api)), images), "jobs run the image of the API").to.equal(true);
  });

  it("isn't a release that was rolled back, is still rolling, or has failed", () => {
    const old = version(`${registry}/service:${older}`);
    for (const versions of [
      [old],
      [version(images.api, "IN_PROGRESS", 0), old],
      [version(images.api), old],
      [version(images.api, "FAILED: tasks failed to start")],
      [],
    ]) {
      expect(serves(served("api", ...versions), images)).to.equal(false);
    }
  });

  it("counts as the oldest release of which tasks run", () => {
    expect(servedRelease([api, served("console", olderConsole)])).to.equal(older);
    expect(servedRelease([served("api", version("registry.example.com/api:hotfix")), api])).to.equal(newer);
    expect(servedRelease([served("console", version(images.console, "IN_PROGRESS", 0), olderConsole)])).to.equal(older);
    expect(servedRelease([served("api")])).to.equal(undefined);
  });

  it("is told with each version that runs or shall run, and with the words of ECS where it isn't the release", () => {
    const rolling = served("console", version(images.console, "IN_PROGRESS: 1 task failed", 0), olderConsole);
    expect(describeServed([api, rolling], [rolling])).to.deep.equal([
      `api runs ${images.api} (2 of 2 tasks, COMPLETED)`,
      `console runs ${images.console} (0 of 2 tasks, IN_PROGRESS: 1 task failed), and ` +
        `${olderConsole.image} (2 of 2 tasks, COMPLETED)`,
      "  ECS: (service) rolling back to deployment 7.",
    ]);
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

  it("is found by the reference that ECS reports, to which it adds the digest that the tag led to", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const resolved = task("resolved", `${images.api}@${digest}`, "Essential container in task exited");
    expect(lastFailure([resolved], images.api)).to.equal(resolved);
    expect(lastFailure([resolved], `${images.api}@${digest}`)).to.equal(resolved);
    expect(lastFailure([resolved], `${images.api}@sha256:${"1".repeat(64)}`)).to.equal(undefined);
    expect(lastFailure([resolved], `${registry}/service:${older}`)).to.equal(undefined);
  });

  it("is told with the words of ECS and the exit code", () => {
    expect(describeTask(task("0123", images.api, "Essential container in task exited"))).to.equal(
      "task 0123 of prod-api:8 stopped: Essential container in task exited; api: exit code 1",
    );
  });
});
