import { expect } from "chai";
import { infrastructureOutputs } from "@selfhosted/common/testing";
import { containers, deploy, search, type Trial } from "./fixtures";

const service = "aws:ecs/service:Service";
const definition = "aws:ecs/taskDefinition:TaskDefinition";
const scalingTarget = "aws:appautoscaling/target:Target";

describe("services", () => {
  it("roll without a gap, are rolled back when they don't get healthy, and wait until they serve", async () => {
    const { ofType } = await deploy();
    expect(ofType(service)).to.have.length(2);
    for (const { inputs } of ofType(service)) {
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

  it("stand in the private subnets, without public addresses", async () => {
    const { ofType } = await deploy();
    for (const { inputs } of ofType(service)) {
      expect(inputs["networkConfiguration"]).to.deep.include({
        subnets: infrastructureOutputs().network.privateSubnetIds,
        assignPublicIp: false,
      });
    }
  });

  it("give their tasks two minutes to finish", async () => {
    const outcome = await deploy();
    for (const task of ["api", "console", "migration"]) {
      expect(containers(outcome, task)[0]).to.include({ stopTimeout: 120 });
    }
  });

  it("leave the number of tasks to autoscaling", async () => {
    const outcome = await deploy();
    for (const { ignoreChanges } of outcome.ofType(service)) {
      expect(ignoreChanges).to.deep.equal(["desiredCount"]);
    }
    const target = outcome.the(scalingTarget, "api-scaling-target").inputs;
    expect(target).to.deep.include({
      minCapacity: 2,
      maxCapacity: 8,
      resourceId: "service/pulumi-test-cluster/pulumi-test-api",
    });
    const policy = outcome.the("aws:appautoscaling/policy:Policy", "api-scaling-CPU").inputs;
    expect(policy["targetTrackingScalingPolicyConfiguration"]).to.deep.equal({
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      targetValue: 55,
      scaleOutCooldown: 60,
      scaleInCooldown: 300,
    });
    outcome.the("aws:appautoscaling/policy:Policy", "api-scaling-Memory");
  });

  const sizes = [
    ["small", "1024", "2048", 2],
    ["medium", "2048", "4096", 2],
    ["large", "4096", "8192", 3],
  ] as const;
  for (const [size, cpu, memory, minCapacity] of sizes) {
    it(`of size ${size} have their preset`, async () => {
      const outcome = await deploy({ upstream: { installation: { ...infrastructureOutputs().installation, size } } });
      expect(outcome.the(definition, "api-definition").inputs).to.include({ cpu, memory });
      expect(outcome.the(scalingTarget, "api-scaling-target").inputs).to.include({ minCapacity });
    });
  }

  it("take each number from its own setting", async () => {
    const config = { apiCpu: 8192, apiMemory: 16384, apiMinTasks: 4, apiMaxTasks: 5, consoleMinTasks: 1 };
    const outcome = await deploy({ config });
    expect(outcome.the(definition, "test-api-definition").inputs).to.include({ cpu: "8192", memory: "16384" });
    expect(outcome.the(scalingTarget, "api-scaling-target").inputs).to.include({ minCapacity: 4, maxCapacity: 5 });
    expect(outcome.the(scalingTarget, "console-scaling-target").inputs).to.include({ minCapacity: 1, maxCapacity: 4 });
  });

  it("put only the console on spare capacity, and only when asked", async () => {
    const provider = async (config?: Trial["config"]): Promise<unknown[]> =>
      (await deploy(config && { config })).ofType(service).map(({ inputs }) => inputs["capacityProviderStrategies"]);
    const fargate = [{ capacityProvider: "FARGATE", weight: 1 }];
    expect(await provider()).to.deep.equal([fargate, fargate]);
    expect(await provider({ consoleSpot: true, jobsEnabled: true })).to.have.deep.members([
      fargate,
      fargate,
      [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    ]);
  });

  it("are not replaced when their capacity changes", async () => {
    const { the } = await deploy();
    expect(the(service, "console-service").inputs).to.include({ forceNewDeployment: true });
    expect(the(service, "api-service").inputs).to.not.have.property("forceNewDeployment");
  });

  it("take background jobs over before the API leaves them", async () => {
    const { the } = await deploy({ config: { jobsEnabled: true } });
    expect(the(service, "test-api-service").dependsOn.join()).to.include("pulumi-test-api-jobs-service");
    expect(the(service, "api-jobs-service").dependsOn.join()).to.not.include("pulumi-test-api-service");
  });

  it("of background jobs have no load balancer", async () => {
    const { the } = await deploy({ config: { jobsEnabled: true } });
    expect(the(service, "api-jobs-service").inputs).to.not.have.any.keys(
      "loadBalancers",
      "healthCheckGracePeriodSeconds",
    );
  });

  it("open shells only when asked, logged and encrypted", async () => {
    const closed = await deploy();
    expect(closed.the("aws:ecs/cluster:Cluster").inputs).to.not.have.property("configuration");
    expect(closed.the(definition, "console-definition").inputs).to.not.have.property("taskRoleArn");

    const open = await deploy({ config: { execEnabled: true } });
    expect(open.ofType(service).every(({ inputs }) => inputs["enableExecuteCommand"])).to.equal(true);
    expect(open.the("aws:ecs/cluster:Cluster").inputs["configuration"]).to.deep.equal({
      executeCommandConfiguration: {
        kmsKeyId: infrastructureOutputs().dataKeyArn,
        logging: "OVERRIDE",
        logConfiguration: {
          cloudWatchEncryptionEnabled: true,
          cloudWatchLogGroupName: "pulumi-test-cluster-exec-logs",
        },
      },
    });
    expect(open.the(definition, "console-definition").inputs["taskRoleArn"]).to.be.a("string");
    expect(containers(open, "api")[0]).to.deep.include({ linuxParameters: { initProcessEnabled: true } });
    expect(containers(open, "migration")[0]).to.not.have.property("linuxParameters");
  });

  it("run read-only, as a given user, on a given processor, where asked", async () => {
    const plain = await deploy();
    expect(plain.the(definition, "test-api-definition").inputs["runtimePlatform"]).to.include({
      cpuArchitecture: "X86_64",
    });
    expect(containers(plain, "api")[0]).to.not.have.any.keys("readonlyRootFilesystem", "linuxParameters", "user");

    const config = { readOnlyRootFilesystem: true, apiUser: "1000:1000", cpuArchitecture: "ARM64" };
    const hardened = await deploy({ config });
    expect(hardened.the(definition, "test-api-definition").inputs["runtimePlatform"]).to.include({
      cpuArchitecture: "ARM64",
    });
    expect(containers(hardened, "api")[0]).to.include({ user: "1000:1000", readonlyRootFilesystem: true });
  });

  it("can write to /tmp as any user where they run read-only, and Fluent Bit everywhere", async () => {
    const config = {
      readOnlyRootFilesystem: true,
      logRouterImage: "registry.example.com/fluent-bit:3",
      logRouterOptions: { Name: "http" },
    };
    const outcome = await deploy({ config });
    for (const task of ["api", "console", "migration"]) {
      const [container] = containers(outcome, task);
      expect(container).to.include({ readonlyRootFilesystem: true }).and.not.have.property("mountPoints");
      const { tmpfs } = container?.["linuxParameters"] as { tmpfs: { size: number; mountOptions: string[] }[] };
      expect(tmpfs).to.have.length(1);
      expect(tmpfs[0]).to.include({ containerPath: "/tmp" });
      expect(tmpfs[0]?.mountOptions).to.have.members(["rw", "nosuid", "nodev", "mode=1777"]);
      expect(tmpfs[0]?.size).to.be.at.most((container?.memory ?? 0) / 4);
    }
    expect(containers(outcome, "api")[1]).to.not.have.property("readonlyRootFilesystem");
  });

  it("log for a year, encrypted", async () => {
    const { ofType } = await deploy();
    const groups = ofType("aws:cloudwatch/logGroup:LogGroup");
    expect(groups).to.have.length(3);
    for (const { inputs } of groups) {
      expect(inputs).to.include({ retentionInDays: 365, kmsKeyId: infrastructureOutputs().dataKeyArn });
    }
  });

  it("send logs through Fluent Bit where it is configured, within the task's memory; the migration doesn't", async () => {
    const outcome = await deploy({
      config: {
        logRouterImage: "registry.example.com/fluent-bit:3",
        logRouterOptions: { Name: "http", Host: "logs.example.com" },
      },
      secrets: { logRouterSecrets: { http_Passwd: "p" } },
    });
    const [api, router] = containers(outcome, "api");
    expect(api?.logConfiguration).to.deep.include({
      logDriver: "awsfirelens",
      options: { Name: "http", Host: "logs.example.com" },
    });
    expect(api?.logConfiguration.secretOptions?.map(({ name }) => name)).to.deep.equal(["http_Passwd"]);
    expect(router).to.deep.include({ name: "log-router", firelensConfiguration: { type: "fluentbit" } });
    expect((api?.memory ?? 0) + (router?.memory ?? 0)).to.equal(4096);
    expect(containers(outcome, "migration").map(({ logConfiguration }) => logConfiguration.logDriver)).to.deep.equal([
      "awslogs",
    ]);
  });

  it("get the role that the infrastructure layer made for the API, its permissions untouched", async () => {
    const { the, ofType } = await deploy();
    expect(the(definition, "test-api-definition").inputs["taskRoleArn"]).to.equal(
      infrastructureOutputs().apiTaskRoleArn,
    );
    const roles = ofType("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name);
    expect(roles).to.not.include("pulumi-test-api-permissions");
  });

  it("may use the stores that the customer brings", async () => {
    const { the } = await deploy({ config: { registryPrivateBucket: "artefacts", auditLogsTable: "audit" } });
    const { role, policy } = the("aws:iam/rolePolicy:RolePolicy", "api-permissions").inputs;
    expect(role).to.equal("pulumi-test-api-task");
    expect(policy)
      .to.include("arn:aws:s3:::artefacts/*")
      .and.to.match(/dynamodb:eu-central-1:\d+:table\/audit\/index\/\*/);
  });

  it("let Fluent Bit write where the customer's policy allows, in the roles of the tasks that it is in", async () => {
    const policyArn = "arn:aws:iam::111122223333:policy/logs";
    const { the, ofType } = await deploy({
      config: {
        jobsEnabled: true,
        logRouterImage: "registry.example.com/fluent-bit:3",
        logRouterOptions: { Name: "kinesis_firehose", delivery_stream: "logs", region: "eu-central-1" },
        logRouterPolicyArn: policyArn,
      },
    });
    const attached = ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    expect(attached.map(({ inputs }) => inputs)).to.have.deep.members([
      { role: "pulumi-test-api-task", policyArn },
      { role: "pulumi-test-console-task", policyArn },
    ]);
    expect(the(definition, "test-console-definition").inputs["taskRoleArn"]).to.match(
      /role\/pulumi-test-console-task$/,
    );
    expect(ofType("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name)).to.not.include.members([
      "pulumi-test-console-task-policy",
    ]);
    for (const each of ["api", "console", "api-jobs"]) {
      const task = each === "console" ? "console-task" : "api-permissions";
      expect(the(service, `test-${each}-service`).dependsOn.join(), each).to.include(`${task}-log-router`);
    }
    expect(the(definition, "migration-definition").inputs).to.not.have.property("taskRoleArn");
  });

  it("keep the customer's boundary on every role", async () => {
    const permissionsBoundaryArn = "arn:aws:iam::111122223333:policy/boundary";
    const installation = { ...infrastructureOutputs().installation, permissionsBoundaryArn };
    const { ofType } = await deploy({ upstream: { installation }, config: { execEnabled: true } });
    const boundaries = ofType("aws:iam/role:Role").map(({ inputs }) => inputs["permissionsBoundary"]);
    expect(new Set(boundaries)).to.deep.equal(new Set([permissionsBoundaryArn]));
  });

  it("reach search where there is one", async () => {
    const rules = async (trial?: Trial): Promise<string[]> =>
      (await deploy(trial)).resources.map(({ name }) => name).filter((name) => name.includes("search"));
    expect(await rules()).to.deep.equal([]);
    expect(await rules({ upstream: { search } })).to.have.members([
      "pulumi-test-api-tasks-search-in",
      "pulumi-test-api-tasks-search-out",
    ]);
  });
});
