import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { givenUp, rolledBack } from "../../faults";
import { type Proxy, startProxy } from "../../proxy";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

const clusterToken = "aws:ecs/cluster:Cluster";
const taskToken = "aws:ecs/taskDefinition:TaskDefinition";
const serviceToken = "aws:ecs/service:Service";
type Inputs = Record<string, unknown>;

describe("ECS on Fargate", () => {
  let proxy: Proxy;
  let stack: Deployment;
  let seeded: Seeded;
  let cluster: Made;
  let task: Made;
  let group: Made;
  let service: Made;
  let roleArn: string;
  let secretArn: string;

  before(async () => {
    const { account, url } = await emulator();
    seeded = account;
    proxy = await startProxy(url);
    stack = await Deployment.open(proxy.url);
    const role = await stack.account.client(IAM).createRole({ RoleName: "ecs-test", AssumeRolePolicyDocument: "{}" });
    roleArn = role.Role?.Arn ?? "";
    const secret = await stack.account.client(SecretsManager).createSecret({ Name: "ecs-test", SecretString: "{}" });
    secretArn = secret.ARN ?? "";
    await stack.account.client(CloudWatchLogs).createLogGroup({ logGroupName: "/ecs/test" });
    cluster = await stack.create(clusterToken, "main", {
      name: "main",
      settings: [{ name: "containerInsights", value: "enabled" }],
    });
    group = await stack.create("aws:lb/targetGroup:TargetGroup", "api", {
      port: 8080,
      protocol: "TCP",
      targetType: "ip",
      vpcId: seeded.vpcId,
    });
  });

  after(() => proxy.close());

  const image = (tag = seeded.imageTags[0]) =>
    `${seeded.accountId}.dkr.ecr.${seeded.region}.amazonaws.com/pulumi/service:${tag}`;
  const containers = (changed: Inputs = {}) => [
    {
      name: "api",
      image: image(),
      memory: 1024,
      portMappings: [{ containerPort: 8080 }],
      environment: [
        { name: "B", value: "2" },
        { name: "A", value: "1" },
      ],
      secrets: [{ name: "LICENSE", valueFrom: `${secretArn}:license::` }],
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/test", "awslogs-region": seeded.region, "awslogs-stream-prefix": "api" },
      },
      ...changed,
    },
  ];
  const taskInputs = (changed: Inputs = {}, container: Inputs = {}): Inputs => ({
    family: "api",
    cpu: "512",
    memory: "1024",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: roleArn,
    taskRoleArn: roleArn,
    containerDefinitions: JSON.stringify(containers(container)),
    ...changed,
  });
  const serviceInputs = (changed: Inputs = {}): Inputs => ({
    name: "api",
    cluster: cluster.id,
    taskDefinition: task.id,
    desiredCount: 2,
    launchType: "FARGATE",
    networkConfiguration: { subnets: seeded.subnetIds.private, securityGroups: [] },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    healthCheckGracePeriodSeconds: 120,
    propagateTags: "SERVICE",
    enableEcsManagedTags: true,
    loadBalancers: [{ targetGroupArn: group.id, containerName: "api", containerPort: 8080 }],
    waitForSteadyState: true,
    tags: { team: "platform" },
    ...changed,
  });
  const described = async () => {
    return (await stack.account.client(ECS).describeServices({ cluster: cluster.id, services: ["api"] })).services?.[0];
  };
  const targets = async () => {
    const { TargetHealthDescriptions = [] } = await stack.account
      .client(ElasticLoadBalancingV2)
      .describeTargetHealth({ TargetGroupArn: group.id });
    return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
  };

  it("registers a task definition, and a new one for every change but none for a change in spelling", async () => {
    task = await stack.create(taskToken, "api", taskInputs());
    expect(task.id).to.match(/:task-definition\/api:1$/);
    const respelled = containers({ environment: containers()[0].environment.toReversed(), essential: true });
    expect(await stack.preview(task, { containerDefinitions: JSON.stringify(respelled) })).to.equal("none");
    expect(await stack.preview(task, { memory: "2048" })).to.equal("replace");
  });

  it("keeps how ECS signs in to the registry of an image", async () => {
    const credentialsParameter = "arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf";
    const json = JSON.stringify(containers({ repositoryCredentials: { credentialsParameter } }));
    const made = await stack.create(
      taskToken,
      "signed-in",
      taskInputs({ family: "signed-in", containerDefinitions: json }),
    );
    const [container] = JSON.parse(String(made.outputs["containerDefinitions"])) as Inputs[];
    expect(container["repositoryCredentials"]).to.deep.equal({ credentialsParameter });
  });

  it("refuses task definitions that Fargate refuses", async () => {
    const refused: [inputs: Inputs, reason: RegExp][] = [
      [taskInputs({ cpu: "300" }), /cpu must be one of 256, 512/],
      [
        taskInputs({ memory: "8192" }),
        /memory must be one of 1024, 2048, 3072, 4096 for cpu 512 on Fargate, found 8192/,
      ],
      [taskInputs({ networkMode: "bridge" }), /networkMode must be one of awsvpc/],
      [taskInputs({ family: "a b" }), /family must be 1 to 255 letters/],
      [taskInputs({ executionRoleArn: undefined }), /has secrets, so the task needs an executionRoleArn/],
      [
        taskInputs(
          { executionRoleArn: undefined },
          {
            repositoryCredentials: {
              credentialsParameter: "arn:aws:secretsmanager:us-east-1:123456789012:secret:r-AbCdEf",
            },
          },
        ),
        /has repositoryCredentials, so the task needs an executionRoleArn/,
      ],
      [taskInputs({ taskRoleArn: roleArn.replace("ecs-test", "none") }), /role\/none, which doesn't exist/],
      [taskInputs({ containerDefinitions: "[]" }), /at least one container/],
      [taskInputs({ containerDefinitions: "{" }), /must be a JSON list/],
      [taskInputs({}, { essential: false }), /must have an essential container/],
      [taskInputs({}, { memory: 4096 }), /ask for 4096 MiB of memory, more than the task's 1024/],
      [taskInputs({}, { image: undefined }), /container api needs an image/],
      [taskInputs({}, { stopTimeout: 300 }), /stopTimeout of 300; Fargate allows 120/],
      [taskInputs({}, { privileged: true }), /is privileged/],
      [taskInputs({}, { logConfiguration: { logDriver: "syslog" } }), /log driver syslog, which Fargate lacks/],
      [
        taskInputs({}, { mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp" }] }),
        /mounts tmp, which isn't among/,
      ],
      [taskInputs({}, { environment: [{ name: "BIG", value: "x".repeat(65536) }] }), /no longer than 64 KB/],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(taskToken, inputs)).to.match(reason);
  });

  it("refuses a service whose target group gets nothing from a load balancer", async () => {
    expect(await stack.refusal(serviceToken, serviceInputs())).to.match(/no load balancer sends anything/);
  });

  it("runs a service, whose tasks are targets of the load balancer", async () => {
    const balancer = await stack.create("aws:lb/loadBalancer:LoadBalancer", "api", {
      loadBalancerType: "network",
      subnets: seeded.subnetIds.public,
    });
    await stack.create("aws:lb/listener:Listener", "api", {
      loadBalancerArn: balancer.id,
      port: 443,
      protocol: "TLS",
      certificateArn: seeded.certificateArn,
      defaultActions: [{ type: "forward", targetGroupArn: group.id }],
    });
    service = await stack.create(serviceToken, "api", serviceInputs());
    expect(await stack.preview(service, {})).to.equal("none");
    expect(service.outputs).to.deep.include({ tagsAll: { team: "platform" }, healthCheckGracePeriodSeconds: 120 });
    expect(await described()).to.include({
      ...{ runningCount: 2, launchType: "FARGATE", enableECSManagedTags: true, taskDefinition: task.id },
    });
    expect(await targets()).to.deep.equal(["healthy", "healthy"]);
  });

  it("keeps the number of tasks that an autoscaler chose when something else changes", async () => {
    service = await stack.update(service, { desiredCount: 3 });
    expect((await described())?.runningCount).to.equal(3);
    service = await stack.update(
      { ...service, inputs: { ...service.inputs, desiredCount: 2 }, outputs: { ...service.outputs, desiredCount: 2 } },
      { healthCheckGracePeriodSeconds: 60 },
    );
    expect((await described())?.runningCount).to.equal(3);
  });

  it("rolls out a new task definition, after which it is the primary deployment", async () => {
    const next = await stack.create(taskToken, "api", taskInputs({ memory: "2048" }));
    const before = (await described())?.deployments?.[0].id;
    service = await stack.update(service, { taskDefinition: next.id });
    const { deployments: [primary, ...others] = [], events } = (await described()) ?? {};
    expect(primary).to.include({
      taskDefinition: next.id,
      status: "PRIMARY",
      rolloutState: "COMPLETED",
      runningCount: 3,
    });
    expect(primary.id).not.to.equal(before);
    expect(others).to.deep.equal([]);
    expect(events?.slice(0, 2).map(({ message }) => message)).to.deep.equal([
      "(service api) has reached a steady state.",
      `(service api) (deployment ${primary.id}) deployment completed.`,
    ]);
    await stack.delete(task);
    task = next;
  });

  it("fails with the reason of ECS when that rolls back", async () => {
    const bad = await stack.create(taskToken, "api", taskInputs({ memory: "3072" }));
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
    service = await stack.update(service, { forceNewDeployment: true, triggers: { redeploy: "1" } });
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

  it("refuses services that ECS refuses, or whose tasks can't start", async () => {
    const other = (inputs: Inputs) => serviceInputs({ name: "other", ...inputs });
    const changedTask = async (container: Inputs) =>
      other({
        taskDefinition: (await stack.create(taskToken, "broken", taskInputs({ family: "broken" }, container))).id,
      });
    const loadBalancers = (changed: Inputs) => [
      { targetGroupArn: group.id, containerName: "api", containerPort: 8080, ...changed },
    ];
    const subnets = seeded.subnetIds.private;
    const refused: [inputs: Inputs, reason: RegExp][] = [
      [serviceInputs(), /exists already/],
      [other({ cluster: `${cluster.id}-none` }), /cluster names .*-none, which doesn't exist/],
      [other({ taskDefinition: `${task.id}9` }), /taskDefinition names .*, which doesn't exist/],
      [other({ networkConfiguration: { subnets: ["subnet-00000000000000000"] } }), /subnet-0+, which doesn't exist/],
      [
        other({ networkConfiguration: { subnets, securityGroups: ["sg-00000000000000000"] } }),
        /sg-0+, which doesn't exist/,
      ],
      [
        other({ loadBalancers: loadBalancers({ targetGroupArn: `${group.id}0` }) }),
        /targetGroupArn names .*, which doesn't exist/,
      ],
      [
        other({ loadBalancers: loadBalancers({ containerPort: 9090 }) }),
        /port 9090 of the container api, which api doesn't have/,
      ],
      [
        other({ loadBalancers: loadBalancers({ containerName: "web" }) }),
        /of the container web, which api doesn't have/,
      ],
      [other({ launchType: undefined }), /launchType or capacityProviderStrategies is required/],
      [
        other({ launchType: undefined, capacityProviderStrategies: [{ capacityProvider: "FARGATE" }] }),
        /the cluster doesn't have/,
      ],
      [other({ deploymentMaximumPercent: 100 }), /leaves no room for a new task/],
      [await changedTask({ image: image("20200101-1-signed") }), /image .*20200101-1-signed, which doesn't exist/],
      [await changedTask({ secrets: [{ name: "X", valueFrom: `${secretArn}0` }] }), /secret .*, which doesn't exist/],
      [
        await changedTask({ logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/none" } } }),
        /log group \/none, which doesn't exist/,
      ],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(serviceToken, inputs)).to.match(reason);
  });

  it("takes no capacity provider from a cluster while a service uses it", async () => {
    const both = ["FARGATE", "FARGATE_SPOT"];
    const providers = await stack.create("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "main", {
      clusterName: "main",
      capacityProviders: both,
    });
    const spot = (capacityProvider: string) => ({ capacityProviderStrategies: [{ capacityProvider, weight: 1 }] });
    const { launchType: _, ...inputs } = service.inputs;
    service = await stack.update({ ...service, inputs }, { ...spot("FARGATE_SPOT"), forceNewDeployment: true });
    const removal = () => stack.update(providers, { capacityProviders: ["FARGATE"] });
    const failure = await removal().catch((error: Error) => error.message);
    expect(failure).to.match(/takes no capacity provider from a cluster that a service uses; api uses FARGATE_SPOT/);
    service = await stack.update(service, spot("FARGATE"));
    await removal();
  });

  it("runs a task of a definition it registered", async () => {
    const run = () =>
      stack.account.client(ECS).runTask({
        cluster: cluster.id,
        taskDefinition: task.id,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: seeded.subnetIds.private, securityGroups: [] } },
      });
    // The role is new, so the first launch fails.
    await run().catch(() => undefined);
    expect((await run()).tasks).to.have.length(1);
  });

  it("deletes the service before the cluster, and both only once", async () => {
    const failure = await stack.delete(cluster).catch((error: Error) => error.message);
    expect(failure).to.match(/doesn't delete a cluster that has services; .* has api/);
    for (const made of [service, service, task, task, cluster, cluster]) await stack.delete(made);
    expect(await targets()).to.deep.equal([]);
    for (const made of [service, task, cluster]) expect(await stack.read(made)).to.equal(undefined);
  });
});
