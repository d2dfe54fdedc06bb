import { expect } from "chai";
import {
  accountId,
  awsError,
  ecPair,
  infrastructureOutputs,
  rsaPair,
  type Outcome,
  type Values,
} from "@selfhosted/common/testing";
import { containers, containerTls, deploy, search, type Trial } from "./fixtures";

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
    expect((await deploy()).the(service, "console-service").inputs).to.include({ forceNewDeployment: true });
  });

  it("find spare capacity in the cluster only where it was asked for, and keep it there", async () => {
    const providers = async (config?: Trial["config"]): Promise<unknown[]> => {
      const { inputs, ignoreChanges } = (await deploy(config && { config })).the(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
      );
      return [inputs["capacityProviders"], ignoreChanges];
    };
    expect(await providers()).to.deep.equal([["FARGATE"], ["capacityProviders"]]);
    expect(await providers({ consoleSpot: true })).to.deep.equal([["FARGATE", "FARGATE_SPOT"], []]);
  });

  describe("whose deployment ECS has given up", () => {
    const answered = (changes: Values, rolloutState = "IN_PROGRESS"): Trial => ({
      config: { jobsEnabled: true },
      aws: {
        "ecs:DescribeServices": ({ cluster, services }) => {
          expect(cluster).to.equal("pulumi-test-cluster");
          const counts = { desiredCount: 2, runningCount: 2, pendingCount: 0 };
          const old = { id: "ecs-svc/old", status: "ACTIVE", rolloutState: "FAILED" };
          const primary = (name: string) => ({ id: `ecs-svc/${name}`, status: "PRIMARY", rolloutState });
          return {
            services: (services as string[])
              .filter((name) => !name.endsWith("-tls"))
              .map((name) => ({
                serviceName: name,
                status: "ACTIVE",
                ...counts,
                deployments: [old, primary(name)],
                ...changes,
              })),
          };
        },
      },
    });
    const names = ["api", "console", "api-jobs"];
    const redeployed = async (trial: Trial): Promise<unknown[]> => {
      const { the } = await deploy(trial);
      return names.map((name) => the(service, `test-${name}-service`).inputs["triggers"]);
    };
    const again = (id: string) => ({ redeploy: `ecs-svc/${id}` });
    const all = ["pulumi-test-api", "pulumi-test-console", "pulumi-test-api-jobs"];
    const none = [undefined, undefined, undefined];

    it("are deployed again where ECS says so, though some of their tasks run", async () => {
      expect(await redeployed(answered({}, "FAILED"))).to.deep.equal(all.map(again));
    });

    it("are deployed again where they never came to run anything, and start nothing", async () => {
      expect(await redeployed(answered({ runningCount: 0 }))).to.deep.equal(all.map(again));
    });

    it("are left to ECS where nothing runs for a moment that did run", async () => {
      expect(await redeployed(answered({ runningCount: 0 }, "COMPLETED"))).to.deep.equal(none);
    });

    it("are left alone while tasks start or run, when scaled to nothing, and where ECS went back to a deployment before", async () => {
      for (const changes of [{}, { runningCount: 0, pendingCount: 1 }, { desiredCount: 0, runningCount: 0 }]) {
        expect(await redeployed(answered(changes)), JSON.stringify(changes)).to.deep.equal(none);
      }
    });

    it("are asked for once, all of them, and so is the account", async () => {
      const asked: string[] = [];
      const count = (name: string, answer: object) => () => {
        asked.push(name);
        return answer;
      };
      const caller = { Account: accountId, Arn: `arn:aws:iam::${accountId}:user/me` };
      await deploy({
        config: { jobsEnabled: true },
        aws: {
          "ecs:DescribeServices": count("services", { services: [] }),
          "sts:GetCallerIdentity": count("caller", caller),
        },
      });
      expect(asked).to.deep.equal(["caller", "services"]);
    });

    it("are not taken for new ones where ECS can't be asked", async () => {
      const aws = {
        "ecs:DescribeServices": () => {
          throw awsError("AccessDeniedException", "User: me is not authorized to perform: ecs:DescribeServices");
        },
      };
      const refused = await deploy({ aws }).then(() => "deployed", String);
      expect(refused).to.match(
        /infrastructureStack: the running services can't be read[^]*allow the caller ecs:DescribeServices/,
      );
    });

    it("shows that in a preview", async () => {
      const { the } = await deploy({ ...answered({ runningCount: 0 }), preview: true });
      expect(the(service, "test-api-service").inputs["triggers"]).to.deep.equal(again("pulumi-test-api"));
    });

    it("let the provider pass what triggers them, by a setting that is always the same", async () => {
      for (const trial of [{}, answered({ runningCount: 0 })]) {
        for (const { inputs } of (await deploy(trial)).ofType(service)) {
          expect(inputs).to.include({ forceNewDeployment: true });
        }
      }
    });
  });

  it("keep their definition until the migration has succeeded", async () => {
    const { the } = await deploy({ config: { jobsEnabled: true } });
    for (const task of ["test-api", "console", "api-jobs"]) {
      expect(the(definition, `${task}-definition`).dependsOn.join(), task).to.include("pulumi-test-migration-run");
    }
    expect(the(definition, "migration-definition").dependsOn.join()).to.not.include("migration-run");
  });

  describe("that begin to speak TLS themselves, or end it", () => {
    const listener = "aws:lb/listener:Listener";
    const targetGroup = "aws:lb/targetGroup:TargetGroup";

    it("have a service, a scaling, targets and a listener of their own, beside what serves", async () => {
      const names = async (trial?: Trial): Promise<string[]> =>
        (await deploy(trial)).resources.filter(({ custom }) => custom).map(({ type, name }) => `${type} ${name}`);
      const [plain, tls] = [await names(), await names(containerTls())];
      const own = (list: string[], than: string[]): string[] =>
        list.filter((each) => !than.includes(each)).map((each) => each.replace(/^.* pulumi-test-/, ""));
      const forPort = (of: string, port: number): string[] => [
        ...[`api${of}-service`, `api${of}-scaling-target`, `api${of}-scaling-CPU`, `api${of}-scaling-Memory`],
        ...[`api-lb${of}-targets`, `api-lb${of}-registration`, `api-lb-tasks-${port}-out`, `api-lb-tasks-${port}-in`],
      ];
      expect(own(tls, plain)).to.have.members(forPort("-tls", 8443));
      expect(own(plain, tls)).to.have.members(forPort("", 8080));
    });

    it("have physical names of their own, so that both can stand at once", async () => {
      const named = async (trial?: Trial): Promise<unknown[]> => {
        const { resources } = await deploy(trial);
        const ofPort = resources.filter(
          ({ type, name }) => [service, targetGroup].includes(type) && name.includes("test-api"),
        );
        return ofPort.map(({ inputs }) => inputs["name"]);
      };
      const [plain, tls] = [await named(), await named(containerTls())];
      expect(plain).to.have.length(2);
      expect([...plain, ...tls].length).to.equal(new Set([...plain, ...tls]).size);
    });

    it("get requests only once they are steady", async () => {
      const trials: [Trial, service: string][] = [
        [{}, "test-api-service"],
        [containerTls(), "api-tls-service"],
      ];
      for (const [trial, name] of trials) {
        const { the } = await deploy(trial);
        const entry = the(listener, "api-lb-https");
        const api = the(service, name);
        expect(entry.dependsOn).to.include(api.urn);
        expect(api.dependsOn).to.not.include(entry.urn);
        expect(api.dependsOn.join()).to.include("-registration");
      }
    });

    it("begin with as many tasks as the service has that they take over from", async () => {
      const scaledTo = (desiredCount: number): Trial["aws"] => ({
        "ecs:DescribeServices": ({ services }) => ({
          services: (services as string[])
            .filter((name) => name === "pulumi-test-api")
            .map((serviceName) => ({ serviceName, status: "ACTIVE", desiredCount, runningCount: desiredCount })),
        }),
      });
      const count = async (desiredCount: number): Promise<unknown> =>
        (await deploy({ ...containerTls(), aws: scaledTo(desiredCount) })).the(service, "api-tls-service").inputs[
          "desiredCount"
        ];
      expect([await count(7), await count(0)]).to.deep.equal([7, 2]);
    });

    it("go on under their names where nothing but the certificate changes", async () => {
      const names = async (pair: typeof rsaPair): Promise<string[]> =>
        (await deploy(containerTls(pair))).resources.map(({ urn }) => urn);
      expect(await names(ecPair)).to.deep.equal(await names(rsaPair));
    });
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
    // What isn't said in an update stays as it was, shells' log and key included.
    expect(closed.the("aws:ecs/cluster:Cluster").inputs["configuration"]).to.deep.equal({
      executeCommandConfiguration: { logging: "DEFAULT" },
    });
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
      logRouterOptions: { Name: "http", Host: "logs.example.com" },
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
    expect(groups).to.have.length(4);
    for (const { inputs } of groups) {
      expect(inputs).to.include({ retentionInDays: 365, kmsKeyId: infrastructureOutputs().dataKeyArn });
    }
  });

  it("have a log group for their metrics before AWS makes one itself, where there are metrics", async () => {
    const { the } = await deploy();
    const group = the("aws:cloudwatch/logGroup:LogGroup", "insights-logs");
    expect(group.inputs).to.include({ name: "/aws/ecs/containerinsights/pulumi-test-cluster/performance" });
    expect(the("aws:ecs/cluster:Cluster").dependsOn).to.include(group.urn);
    const without = await deploy({ config: { containerInsights: "disabled" } });
    expect(without.ofType("aws:cloudwatch/logGroup:LogGroup")).to.have.length(3);
  });

  it("say whether a full log buffer stops them: the migration, whose log has to be whole, and no other", async () => {
    const router = {
      logRouterImage: "registry.example.com/fluent-bit:3",
      logRouterOptions: { Name: "http", Host: "logs.example.com" },
    };
    const [plain, routed] = [await deploy(), await deploy({ config: router })];
    const options = (outcome: Outcome, task: string, index = 0) =>
      containers(outcome, task)[index]?.logConfiguration.options;
    expect(options(plain, "migration")).to.include({ mode: "blocking" }).and.not.have.property("max-buffer-size");
    for (const found of [options(plain, "api"), options(plain, "console"), options(routed, "api", 1)]) {
      expect(found).to.include({ mode: "non-blocking", "max-buffer-size": "25m" });
    }
    // These are options of Fluent Bit's output.
    expect(options(routed, "api")).to.deep.equal({ Name: "http", Host: "logs.example.com" });
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
    expect(router).to.deep.include({ name: "log-router", user: "0", firelensConfiguration: { type: "fluentbit" } });
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
