import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { deploy, infrastructure, installation, type Trial } from "../fixtures";
import { taskDefinition } from "../task-definitions";

describe("services", () => {
  it("roll without a gap, are rolled back when they don't get healthy, and wait until they serve", async () => {
    const { ofType } = await deploy();
    expect(ofType(aws.ecs.Service)).to.have.length(2);
    for (const { inputs } of ofType(aws.ecs.Service)) {
      expect(inputs).to.deep.include({
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        healthCheckGracePeriodSeconds: 120,
        availabilityZoneRebalancing: "ENABLED",
        waitForSteadyState: true,
        propagateTags: "SERVICE",
        enableEcsManagedTags: true,
        enableExecuteCommand: false,
        desiredCount: 2,
      });
    }
  });

  it("run in the private subnets, without public addresses", async () => {
    const { ofType } = await deploy();
    for (const { inputs } of ofType(aws.ecs.Service)) {
      expect(inputs.networkConfiguration).to.deep.include({
        subnets: infrastructure.network.privateSubnetIds,
        assignPublicIp: false,
      });
    }
  });

  it("put only the console on spare capacity, and only when asked", async () => {
    const providers = async (config?: Trial["config"]) =>
      (await deploy({ config })).ofType(aws.ecs.Service).map(({ inputs }) => inputs.capacityProviderStrategies);
    const fargate = [{ capacityProvider: "FARGATE", weight: 1 }];
    expect(await providers()).to.deep.equal([fargate, fargate]);
    expect(await providers({ consoleSpot: true, jobsEnabled: true })).to.have.deep.members([
      fargate,
      fargate,
      [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    ]);
  });

  it("are not replaced when their capacity changes", async () => {
    const { the } = await deploy();
    expect(the(aws.ecs.Service, "console-service").inputs.forceNewDeployment).to.equal(true);
  });

  it("keep their definition until the migration has succeeded", async () => {
    const { the } = await deploy({ config: { jobsEnabled: true } });
    for (const task of ["test-api", "console", "api-jobs"]) {
      const { dependsOn } = the(aws.ecs.TaskDefinition, `${task}-definition`);
      expect(dependsOn.join(), task).to.include("pulumi-test-migration-run");
    }
    expect(the(aws.ecs.TaskDefinition, "migration-definition").dependsOn.join()).to.not.include("migration-run");
  });
});

describe("the capacity of services", () => {
  it("is left to autoscaling", async () => {
    const { the, ofType } = await deploy();
    for (const { ignoreChanges } of ofType(aws.ecs.Service)) {
      expect(ignoreChanges).to.deep.equal(["desiredCount"]);
    }
    expect(the(aws.appautoscaling.Target, "api-scaling-target").inputs).to.deep.include({
      minCapacity: 2,
      maxCapacity: 8,
      resourceId: "service/pulumi-test-cluster/pulumi-test-api",
    });
    const { inputs } = the(aws.appautoscaling.Policy, "api-scaling-CPU");
    expect(inputs.targetTrackingScalingPolicyConfiguration).to.deep.equal({
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      targetValue: 55,
      scaleOutCooldown: 60,
      scaleInCooldown: 300,
    });
    the(aws.appautoscaling.Policy, "api-scaling-Memory");
  });

  const sizes = [
    ["small", "1024", "2048", 2],
    ["medium", "2048", "4096", 2],
    ["large", "4096", "8192", 3],
  ] as const;
  for (const [size, cpu, memory, minCapacity] of sizes) {
    it(`of size ${size} has its preset`, async () => {
      const outcome = await deploy({ above: installation({ size }) });
      expect(taskDefinition(outcome, "api")).to.include({ cpu, memory });
      const { inputs } = outcome.the(aws.appautoscaling.Target, "api-scaling-target");
      expect(inputs.minCapacity).to.equal(minCapacity);
    });
  }

  it("takes each number from its own setting", async () => {
    const config = { apiCpu: 8192, apiMemory: 16384, apiMinTasks: 4, apiMaxTasks: 5, consoleMinTasks: 1 };
    const outcome = await deploy({ config });
    const target = (name: string) => outcome.the(aws.appautoscaling.Target, `${name}-scaling-target`).inputs;
    expect(taskDefinition(outcome, "api")).to.include({ cpu: "8192", memory: "16384" });
    expect(target("api")).to.include({ minCapacity: 4, maxCapacity: 5 });
    expect(target("console")).to.include({ minCapacity: 1, maxCapacity: 4 });
  });
});
