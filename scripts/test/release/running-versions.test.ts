import { expect } from "chai";
import {
  describeVersions,
  runningRelease,
  type RunningVersions,
  runsRelease,
  type Version,
} from "../../release/running-versions";
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
const service = (name: RunningVersions["name"], ...versions: Version[]): RunningVersions => ({
  ...{ name, versions },
  title: name,
  serviceName: name,
  region: "eu-central-1",
  cluster: "prod",
  logGroup: name,
  taskDefinition: `${name}:1`,
  events: ["(service) rolling back to deployment 7."],
});
const api = service("api", version(images.api));
const olderConsole = version(`${registry}/console:${older}`);

describe("what services run", () => {
  it("is a release where the service has come to run its image, and no other", () => {
    expect(runsRelease(api, images)).to.equal(true);
    expect(runsRelease(service("console", version(images.console)), images)).to.equal(true);
    expect(runsRelease(service("jobs", version(images.api)), images), "jobs run the image of the API").to.equal(true);
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
      expect(runsRelease(service("api", ...versions), images)).to.equal(false);
    }
  });

  it("counts as the oldest release of which tasks run", () => {
    expect(runningRelease([api, service("console", olderConsole)])).to.equal(older);
    expect(runningRelease([service("api", version("registry.example.com/api:hotfix")), api])).to.equal(newer);
    expect(runningRelease([service("console", version(images.console, "IN_PROGRESS", 0), olderConsole)])).to.equal(
      older,
    );
    expect(runningRelease([service("api")])).to.equal(undefined);
  });

  it("is said with each version that runs or is to run, and with the events of ECS where it isn't the release", () => {
    const rolling = service("console", version(images.console, "IN_PROGRESS: 1 task failed", 0), olderConsole);
    expect(describeVersions([api, rolling], [rolling])).to.deep.equal([
      `api runs ${images.api} (2 of 2 tasks, COMPLETED)`,
      `console runs ${images.console} (0 of 2 tasks, IN_PROGRESS: 1 task failed), and ` +
        `${olderConsole.image} (2 of 2 tasks, COMPLETED)`,
      "  ECS: (service) rolling back to deployment 7.",
    ]);
  });
});
