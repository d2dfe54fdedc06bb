import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { Seeded } from "../../../seed";
import { Deployment, emulator, type Made } from "../../account";
import { givenUp, rolledBack } from "../../faults";
import { type Life, live } from "../../life";
import { type Proxy, startProxy } from "../../proxy";

const clusterType = "aws:ecs/cluster:Cluster";
const taskType = "aws:ecs/taskDefinition:TaskDefinition";
const serviceType = "aws:ecs/service:Service";
type Inputs = Record<string, unknown>;

describe("ECS on Fargate", () => {
  let proxy: Proxy;
  let stack: Deployment;
  let client: ECS;
  let seeded: Seeded;
  let cluster: Made;
  let task: Made;
  let group: Made;
  let service: Made;
  let roleArn: string;

  const containers = (changed: Inputs = {}) => [
    {
      name: "api",
      image: `${seeded.accountId}.dkr.ecr.${seeded.region}.amazonaws.com/pulumi/service:${seeded.imageTags[0]}`,
      portMappings: [{ containerPort: 8080 }],
      environment: ["B", "A"].map((name) => ({ name, value: name })),
      repositoryCredentials: { credentialsParameter: "arn:aws:secretsmanager:us-east-1:123456789012:secret:registry" },
      ...changed,
    },
  ];
  const taskInputs = (changed: Inputs = {}): Inputs => ({
    family: "api",
    cpu: "512",
    memory: "1024",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
    ephemeralStorage: { sizeInGib: 30 },
    executionRoleArn: roleArn,
    taskRoleArn: roleArn,
    containerDefinitions: JSON.stringify(containers()),
    ...changed,
  });
  const serviceInputs = (changed: Inputs = {}): Inputs => ({
    name: "api",
    cluster: cluster.id,
    taskDefinition: task.id,
    desiredCount: 2,
    forceNewDeployment: true,
    capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
    platformVersion: "LATEST",
    networkConfiguration: { subnets: seeded.subnetIds.private, securityGroups: [], assignPublicIp: false },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    healthCheckGracePeriodSeconds: 120,
    availabilityZoneRebalancing: "ENABLED",
    enableEcsManagedTags: true,
    enableExecuteCommand: false,
    propagateTags: "SERVICE",
    loadBalancers: [{ targetGroupArn: group.id, containerName: "api", containerPort: 8080 }],
    waitForSteadyState: true,
    ...changed,
  });
  const described = async () =>
    (await client.describeServices({ cluster: cluster.id, services: ["api"] })).services?.[0];
  const targets = async () => {
    const elb = stack.account.client(ElasticLoadBalancingV2);
    const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn: group.id });
    return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
  };

  before(async () => {
    const { account, url } = await emulator();
    seeded = account;
    proxy = await startProxy(url);
    stack = await Deployment.open(proxy.url);
    client = stack.account.client(ECS);
    const statement = { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const role = await stack.account.client(IAM).createRole({ RoleName: "ecs-test", AssumeRolePolicyDocument });
    roleArn = role.Role?.Arn ?? "";
    cluster = await stack.create(clusterType, "main", { name: "main" });
    await stack.create(clusterType, "spare", { name: "spare" });
    await stack.create("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "main", {
      clusterName: "main",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
    task = await stack.create(taskType, "api", taskInputs());
    const { certificateArn, vpcId } = seeded;
    const port = { port: 8080, protocol: "TCP", targetType: "ip", vpcId };
    group = await stack.create("aws:lb/targetGroup:TargetGroup", "ecs", port);
    const balancer = { loadBalancerType: "network", subnets: seeded.subnetIds.public };
    const { id: loadBalancerArn } = await stack.create("aws:lb/loadBalancer:LoadBalancer", "ecs", balancer);
    await stack.create("aws:lb/listener:Listener", "ecs", {
      ...{ loadBalancerArn, port: 443, protocol: "TLS", certificateArn },
      defaultActions: [{ type: "forward", targetGroupArn: group.id }],
    });
  });

  after(() => proxy.close());

  const lives = (what: string, token: string, life: () => Life) => it(what, () => live(stack, token, life()));

  lives("has a cluster", clusterType, () => ({
    inputs: {
      name: "lone",
      settings: [{ name: "containerInsights", value: "enabled" }],
      configuration: { executeCommandConfiguration: { logging: "DEFAULT" } },
    },
    changed: {
      settings: [{ name: "containerInsights", value: "enhanced" }],
      configuration: { executeCommandConfiguration: { kmsKeyId: seeded.serviceKeyArn, logging: "NONE" } },
    },
    replaced: { name: "other" },
    importId: "lone",
  }));

  lives("has capacity providers", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", () => ({
    inputs: { clusterName: "spare", capacityProviders: ["FARGATE"] },
    changed: { capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
    replaced: { clusterName: "other" },
    isSetting: true,
  }));

  lives("has a task definition", taskType, () => ({
    inputs: taskInputs({ family: "x" }),
    replaced: { memory: "2048" },
  }));

  lives("has a service", serviceType, () => ({
    inputs: serviceInputs({ name: "lone" }),
    changed: {
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 60,
      loadBalancers: [],
      networkConfiguration: { subnets: seeded.subnetIds.public, securityGroups: [], assignPublicIp: true },
    },
    replaced: { cluster: "other" },
    known: ["forceNewDeployment", "waitForSteadyState"],
    importId: "main/lone",
  }));

  it("registers nothing anew for a change in spelling", async () => {
    const respelled = containers({ environment: containers()[0].environment.toReversed(), essential: true });
    expect(await stack.preview(task, { containerDefinitions: JSON.stringify(respelled) })).to.equal("none");
  });

  it("runs a service, whose tasks are targets of the load balancer", async () => {
    service = await stack.create(serviceType, "api", serviceInputs());
    expect(await described()).to.include({ runningCount: 2, enableECSManagedTags: true, taskDefinition: task.id });
    expect(await targets()).to.deep.equal(["healthy", "healthy"]);
  });

  it("replaces a service for other capacity, unless the program wants a new deployment", async () => {
    const other = { capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] };
    expect(await stack.preview(service, other)).to.equal("update");
    expect(await stack.preview(service, { ...other, forceNewDeployment: false })).to.equal("replace");
    expect(await stack.preview(service, { capacityProviderStrategies: [] })).to.equal("replace");
  });

  it("keeps the number of tasks that an autoscaler chose when something else changes", async () => {
    await client.updateService({ cluster: cluster.id, service: "api", desiredCount: 3 });
    service = (await stack.refresh(service)) ?? service;
    expect(service.inputs).to.include({ desiredCount: 2 });
    service = await stack.update(service, { healthCheckGracePeriodSeconds: 60 });
    expect((await described())?.runningCount).to.equal(3);
  });

  it("rolls out a new task definition, after which it is the primary deployment", async () => {
    const next = await stack.create(taskType, "api", taskInputs({ memory: "2048" }));
    const before = (await described())?.deployments?.[0].id;
    service = await stack.update(service, { taskDefinition: next.id });
    const { deployments: [primary, other] = [], events } = (await described()) ?? {};
    expect(primary).to.include({ taskDefinition: next.id, rolloutState: "COMPLETED", runningCount: 3 });
    expect(other).to.equal(undefined);
    expect(primary.id).not.to.equal(before);
    expect(events?.slice(0, 2).map(({ message }) => message)).to.deep.equal([
      "(service api) has reached a steady state.",
      `(service api) (deployment ${primary.id}) deployment completed.`,
    ]);
    await stack.delete(task);
    task = next;
  });

  it("fails with the reason of ECS when that rolls back", async () => {
    const bad = await stack.create(taskType, "api", taskInputs({ memory: "3072" }));
    proxy.inject(...rolledBack("api"));
    const failure = await stack.update(service, { taskDefinition: bad.id }).catch((error: Error) => error.message);
    expect(failure).to.match(
      /^waiting for ECS Service \(arn:\S+api\): ECS deployment circuit breaker: tasks failed to start\.$/,
    );
    proxy.clear();
    expect((await described())?.taskDefinition).to.equal(task.id);
  });

  it("deploys anew only where something but tags changed, and keeps the triggers that a program takes out", async () => {
    const deployment = async () => (await described())?.deployments?.[0].id;
    service = await stack.update(service, { triggers: { redeploy: "1" } });
    const before = await deployment();
    for (const changed of [{}, { tags: { team: "other" } }, { forceDelete: true }]) {
      service = await stack.update(service, changed);
    }
    expect(await deployment()).to.equal(before);
    expect(await stack.preview(service, { triggers: undefined })).to.equal("none");
    expect(await stack.preview(service, { triggers: { redeploy: "2" } })).to.equal("update");
    service = await stack.update(service, { triggers: { redeploy: "2" }, forceDelete: undefined });
    expect(await deployment()).not.to.equal(before);
  });

  it("doesn't try again what ECS has given up, until something changes", async () => {
    proxy.inject(...givenUp("api"));
    const failure = await stack.update(service, { triggers: { redeploy: "3" } }).catch((error: Error) => error.message);
    expect(failure).to.match(/waiting for ECS Service .*tasks failed to start/);
    service = { ...service, inputs: { ...service.inputs, triggers: { redeploy: "3" } } };
    // Pulumi makes an update without a change after a failure; the provider then calls nothing, and waits for nothing.
    await stack.update(service, {});
    const seen = await described();
    expect(seen).to.include({ runningCount: 0, pendingCount: 0 });
    const { id, rolloutState } = seen?.deployments?.[0] ?? {};
    expect(rolloutState).to.equal("FAILED");
    expect(JSON.stringify(seen?.events))
      .to.include(`${id}) deployment failed`)
      .and.not.include(`${id}) deployment completed`);
    service = await stack.update(service, { triggers: { redeploy: "4" } });
    expect((await described())?.runningCount).to.equal(3);
    proxy.clear();
  });

  it("runs a task of a definition it registered", async () => {
    const network = { awsvpcConfiguration: { subnets: seeded.subnetIds.private, securityGroups: [] } };
    const where = { cluster: cluster.id, launchType: "FARGATE" as const, networkConfiguration: network };
    const run = () => client.runTask({ ...where, taskDefinition: task.id });
    // The role is new, so the first launch fails.
    await run().catch(() => undefined);
    expect((await run()).tasks).to.have.length(1);
  });

  it("takes its tasks out of the load balancer with the service", async () => {
    for (const made of [service, task, cluster]) await stack.delete(made);
    expect(await targets()).to.deep.equal([]);
  });
});
