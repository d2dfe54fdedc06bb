import * as aws from "@pulumi/aws";
import type { Outcome } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, logRouter } from "../fixtures";
import { containers, type Task, taskDefinition } from "../task-definitions";

describe("the logs of tasks", () => {
  it("stop them when their buffer is full: the migration, whose log has to be whole, and no other", async () => {
    const [plain, routed] = [await deploy(), await deploy({ config: logRouter() })];
    const options = (outcome: Outcome, task: Task, index = 0) =>
      containers(outcome, task)[index]?.logConfiguration?.options;
    expect(options(plain, "migration")).to.include({ mode: "blocking" }).and.not.have.property("max-buffer-size");
    for (const found of [options(plain, "api"), options(plain, "console"), options(routed, "api", 1)]) {
      expect(found).to.include({ mode: "non-blocking", "max-buffer-size": "25m" });
    }
    // These are options of Fluent Bit's output.
    expect(options(routed, "api")).to.deep.equal({ Name: "http", Host: "logs.example.com" });
  });

  it("go through Fluent Bit where it is configured, within the task's memory; the migration's don't", async () => {
    const outcome = await deploy({ config: logRouter(), secrets: { logRouterSecrets: { http_Passwd: "p" } } });
    const [api, router] = containers(outcome, "api");
    expect(api?.logConfiguration).to.deep.include({
      logDriver: "awsfirelens",
      options: { Name: "http", Host: "logs.example.com" },
    });
    expect(api?.logConfiguration?.secretOptions?.map(({ name }) => name)).to.deep.equal(["http_Passwd"]);
    expect(router).to.deep.include({ name: "log-router", user: "0", firelensConfiguration: { type: "fluentbit" } });
    expect((api?.memory ?? 0) + (router?.memory ?? 0)).to.equal(4096);
    const drivers = containers(outcome, "migration").map(({ logConfiguration }) => logConfiguration?.logDriver);
    expect(drivers).to.deep.equal(["awslogs"]);
  });

  it("are written where the customer's policy allows, by the roles of the tasks that Fluent Bit is in", async () => {
    const policyArn = "arn:aws:iam::111122223333:policy/logs";
    const outcome = await deploy({
      config: {
        jobsEnabled: true,
        ...logRouter({ Name: "kinesis_firehose", delivery_stream: "logs", region: "eu-central-1" }),
        logRouterPolicyArn: policyArn,
      },
    });
    const { the, ofType } = outcome;
    const attached = ofType(aws.iam.RolePolicyAttachment);
    expect(attached.map(({ inputs }) => inputs)).to.have.deep.members([
      { role: "pulumi-test-api-task", policyArn },
      { role: "pulumi-test-console-task", policyArn },
    ]);
    expect(taskDefinition(outcome, "console").taskRoleArn).to.match(/role\/pulumi-test-console-task$/);
    expect(ofType(aws.iam.RolePolicy).map(({ name }) => name)).to.not.include("pulumi-test-console-task-policy");
    for (const each of ["api", "console", "api-jobs"]) {
      const task = each === "console" ? "console-task" : "api-permissions";
      const { dependsOn } = the(aws.ecs.Service, `test-${each}-service`);
      expect(dependsOn.join(), each).to.include(`${task}-log-router`);
    }
    expect(taskDefinition(outcome, "migration").taskRoleArn).to.equal(undefined);
  });
});
