import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";
import { expect } from "chai";
import type { Outcome } from "../../../bench/scratch";
import { failingTasks, logLines, rolledBack } from "../../../sandbox/test/faults";
import type { Fault } from "../../../sandbox/test/proxy";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { interpose, type Interposed } from "../proxied";
import { outputsOf, seeded } from "../sandbox";
import { type Installation, installed } from "./installed";

describe("a change of the application that goes wrong, or must not go too far", function () {
  this.timeout(600_000);
  let installation: Installation;
  let application: ApplicationOutputs;
  let newer: string;

  before(async () => {
    installation = await installed();
    ({ application } = outputsOf(installation.scratch));
    newer = seeded(installation.scratch).imageTags.at(-1) ?? "";
  });

  async function services(): Promise<Record<"api" | "console", Service | undefined>> {
    const { clusterName, api, console } = application;
    const described = await new ECSClient(installation.aws).send(
      new DescribeServicesCommand({ cluster: clusterName, services: [api.serviceName, console.serviceName] }),
    );
    const named = (name: string): Service | undefined =>
      described.services?.find(({ serviceName }) => serviceName === name);
    return { api: named(api.serviceName), console: named(console.serviceName) };
  }

  const upgrade = (): Promise<Outcome> => installation.scratch.make("upgrade", "ENV=local", `IMAGE_TAG=${newer}`);

  async function under(faults: Fault[], command: () => Promise<Outcome> = upgrade): Promise<Outcome> {
    const account: Interposed = await interpose(installation.scratch);
    try {
      account.inject(...faults);
      return await command();
    } finally {
      await account.remove();
    }
  }

  it("changes no service when the migration fails, and shows its last log lines and what they mean", async () => {
    const before = await services();
    const { code, output } = await under([
      failingTasks(1),
      logLines("applying migrations", "error: Dirty database version 214. Fix and force version."),
    ]);
    expect(code).not.to.equal(0);
    expect(output, output)
      .to.include("its container ended with exit code 1")
      .and.include("No service was changed")
      .and.include("error: Dirty database version 214")
      .and.match(/The database is dirty: .* version 214\. .*Restore the snapshot/)
      .and.match(new RegExp(`api runs \\S+:${application.imageTag} `))
      .and.include(`the configuration names ${application.imageTag} again`);
    expect(await services()).to.deep.equal(before);
  });

  it("fails when ECS rolls a service back, and says what is serving, and why", async () => {
    const { serviceName, taskDefinitionArn, image } = application.api;
    const failing = rolledBack(serviceName, image.replace(application.imageTag, newer));
    const { code, output } = await under([...failing, logLines("panic: licence expired")]);
    expect(code).not.to.equal(0);
    expect(output, output)
      .to.include("waiting for ECS Service")
      .and.include("ECS deployment circuit breaker: tasks failed to start.")
      .and.match(new RegExp(`api runs \\S+:${application.imageTag} `))
      .and.include("stopped: Essential container in task exited; api: exit code 1\n  | panic: licence expired")
      .and.include("or go back: make rollback ENV=local");
    expect((await services()).api?.taskDefinition).to.equal(taskDefinitionArn);
  });

  it("says the same of a deployment, whatever was changed", async () => {
    const { serviceName, image } = application.console;
    const setting = ["config", "set", "consoleMemory", "2048", "--stack", "local"];
    expect((await plainPulumi(installation.scratch, "application", setting)).code).to.equal(0);
    const failing = rolledBack(serviceName, `${image.replace(application.imageTag, newer)}@sha256:${"0".repeat(64)}`);
    const { code, output } = await under([...failing, logLines("panic: no memory")], () =>
      installation.scratch.make("deploy", "ENV=local"),
    );
    expect(code).not.to.equal(0);
    expect(output, output)
      .to.include("Not run: dns")
      .and.match(/console runs \S+ \(.*\n +ECS: ECS deployment circuit breaker: rolling back/)
      .and.include("console: task 0000000000000001 of ")
      .and.include("\n  | panic: no memory");
  });

  it("upgrades after all when asked again", async () => {
    const { code, output } = await upgrade();
    expect(code, output).to.equal(0);
    const { api, console } = await services();
    expect(api?.taskDefinition).not.to.equal(application.api.taskDefinitionArn);
    expect(console?.taskDefinition).not.to.equal(application.console.taskDefinitionArn);
  });

  it("rolls only the service whose secret was changed, and leaves one that was scaled up as it is", async () => {
    const { scratch, aws } = installation;
    const before = await services();
    const desiredCount = 5;
    for (const service of [application.api.serviceName, application.console.serviceName]) {
      await new ECSClient(aws).send(
        new UpdateServiceCommand({ cluster: application.clusterName, service, desiredCount }),
      );
    }
    const secret = ["config", "set", "--secret", "metricsSecret", "changed", "--stack", "local"];
    expect((await plainPulumi(scratch, "application", secret)).code).to.equal(0);
    const { code, output } = await plainPulumi(scratch, "application", upArguments("local"));
    expect(code, output).to.equal(0);
    const after = await services();
    expect(after.api?.taskDefinition).not.to.equal(before.api?.taskDefinition);
    expect(after.console?.taskDefinition).to.equal(before.console?.taskDefinition);
    expect(after.api?.desiredCount).to.equal(desiredCount);
    expect(after.console?.desiredCount).to.equal(desiredCount);
    expect(output).not.to.include('changed"');
  });
});
