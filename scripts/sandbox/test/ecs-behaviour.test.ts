import { expect } from "chai";
import type { Seeded } from "../seed";
import { emulator } from "./account";
import { type Clients, clients, refusal, trust } from "./refusals/fixture";

describe("ECS in the emulated account", () => {
  let seeded: Seeded;
  let aws: Clients;
  let executionRole: string | undefined;

  before(async () => {
    const { account, url } = await emulator();
    seeded = account;
    aws = clients(url, account.region);
    const made = await aws.iam.createRole({ RoleName: "behaviour", AssumeRolePolicyDocument: trust });
    executionRole = made.Role?.Arn;
  });

  const manifest = (sandbox: string) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {},
      layers: [],
      annotations: { sandbox },
    });
  let targetGroupArn: string;
  let definition: string;

  const register = async (family: string, image: string, executionRoleArn = executionRole) => {
    const { taskDefinition } = await aws.ecs.registerTaskDefinition({
      family,
      executionRoleArn,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "api", image, portMappings: [{ containerPort: 8080 }] }],
    });
    return taskDefinition?.taskDefinitionArn ?? "";
  };
  const serviceOf = (serviceName: string, taskDefinition = definition, subnets = seeded.subnetIds.private) => ({
    cluster: "behaviour",
    serviceName,
    taskDefinition,
    desiredCount: 3,
    launchType: "FARGATE" as const,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [] } },
    loadBalancers: [{ targetGroupArn, containerName: "api", containerPort: 8080 }],
  });
  const primary = async (service: string) =>
    (await aws.ecs.describeServices({ cluster: "behaviour", services: [service] })).services?.[0];
  const health = async () =>
    (await aws.elb.describeTargetHealth({ TargetGroupArn: targetGroupArn })).TargetHealthDescriptions?.map(
      ({ TargetHealth: found }) => [found?.State, found?.Reason, found?.Description].filter(Boolean).join(" "),
    );
  const balance = async (name: string, Subnets: string[]) => {
    const { LoadBalancers } = await aws.elb.createLoadBalancer({ Name: name, Type: "network", Subnets });
    const LoadBalancerArn = LoadBalancers?.[0].LoadBalancerArn ?? "";
    await aws.elb.createListener({
      LoadBalancerArn,
      Port: 443,
      Protocol: "TCP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
    });
    return LoadBalancerArn;
  };
  const group = async (name: string) => {
    const { TargetGroups } = await aws.elb.createTargetGroup({
      Name: name,
      Port: 8080,
      Protocol: "TCP",
      TargetType: "ip",
      VpcId: seeded.vpcId,
    });
    return TargetGroups?.[0].TargetGroupArn ?? "";
  };

  before(async () => {
    await aws.ecs.createCluster({ clusterName: "behaviour" });
    definition = await register("behaviour", "docker.io/library/nginx:1");
  });

  it("waits for targets in zones that the load balancer lacks", async () => {
    targetGroupArn = await group("behaviour");
    const LoadBalancerArn = await balance("behaviour", seeded.subnetIds.public.slice(0, 2));
    await aws.ecs.createService(serviceOf("zones"));
    expect((await primary("zones"))?.deployments?.[0].rolloutState).to.equal("IN_PROGRESS");
    expect(await health()).to.have.members([
      "healthy",
      "healthy",
      "unused Target.NotInUse Target is in an Availability Zone that is not enabled for the load balancer",
    ]);
    await aws.elb.setSubnets({ LoadBalancerArn, Subnets: seeded.subnetIds.public });
    expect((await primary("zones"))?.deployments?.[0].rolloutState).to.equal("COMPLETED");
    expect(await health()).to.deep.equal(["healthy", "healthy", "healthy"]);
  });

  it("has tasks of no use once the listener sends elsewhere", async () => {
    const balancers = await aws.elb.describeLoadBalancers({ Names: ["behaviour"] });
    const { Listeners } = await aws.elb.describeListeners({
      LoadBalancerArn: balancers.LoadBalancers?.[0].LoadBalancerArn,
    });
    const other = await group("behaviour-other");
    const listener = { ListenerArn: Listeners?.[0].ListenerArn };
    const to = (TargetGroupArn: string) =>
      aws.elb.modifyListener({ ...listener, DefaultActions: [{ Type: "forward", TargetGroupArn }] });
    await to(other);
    const words = "unused Target.NotInUse Target group is not configured to receive traffic from the load balancer";
    expect(await health()).to.deep.equal([words, words, words]);
    await to(targetGroupArn);
  });

  it("doesn't try a first deployment again that failed, until it is forced to", async () => {
    const repositoryName = "behaviour";
    const push = (sandbox: string) =>
      aws.ecr.putImage({ repositoryName, imageTag: "1", imageManifest: manifest(sandbox) });
    await aws.ecr.createRepository({ repositoryName });
    await push("exits with 1");
    const image = `${seeded.accountId}.dkr.ecr.${seeded.region}.amazonaws.com/${repositoryName}`;
    const first = await register("first", `${image}:1`);
    await aws.ecs.createService({ ...serviceOf("first", first), loadBalancers: [] });
    expect((await primary("first"))?.deployments?.[0]).to.include({ rolloutState: "FAILED", runningCount: 0 });

    await aws.ecr.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: "1" }] });
    await push("runs");
    const service = { cluster: "behaviour", service: "first" };
    await aws.ecs.updateService({ ...service, taskDefinition: first });
    expect((await primary("first"))?.deployments?.[0]).to.include({ rolloutState: "FAILED", runningCount: 0 });
    await aws.ecs.updateService({ ...service, forceNewDeployment: true });
    expect((await primary("first"))?.deployments?.[0]).to.include({ rolloutState: "COMPLETED", runningCount: 3 });

    const digest = (await aws.ecr.describeImages({ repositoryName })).imageDetails?.[0].imageDigest ?? "";
    const pinned = await register("first", `${image}:1@${digest}`);
    await aws.ecs.updateService({ ...service, taskDefinition: pinned });
    expect((await primary("first"))?.deployments?.[0]).to.include({
      rolloutState: "COMPLETED",
      taskDefinition: pinned,
    });

    const missing = await register("first", `${image}:2`);
    await aws.ecs.updateService({ ...service, taskDefinition: missing });
    const rolledBack = await primary("first");
    expect(rolledBack).to.include({ taskDefinition: pinned, runningCount: 3 });
    expect(rolledBack?.deployments?.map(({ rolloutState }) => rolloutState)).to.deep.equal(["COMPLETED", "FAILED"]);
    expect(rolledBack?.deployments?.[0].rolloutStateReason).to.match(/rolling back/);
  });

  it("doesn't know a role at once that was just made", async () => {
    const role = await aws.iam.createRole({ RoleName: "execution", AssumeRolePolicyDocument: trust });
    const taskDefinition = await register("role", "docker.io/library/nginx:1", role.Role?.Arn);
    const task = {
      cluster: "behaviour",
      taskDefinition,
      launchType: "FARGATE" as const,
      networkConfiguration: { awsvpcConfiguration: { subnets: seeded.subnetIds.private, securityGroups: [] } },
    };
    expect(await refusal(aws.ecs.runTask(task))).to.match(
      /^ClientException: ECS was unable to assume the role 'arn:.*role\/execution' that was provided for this task/,
    );
    const { tasks = [] } = await aws.ecs.runTask(task);
    expect(tasks).to.have.length(1);
    expect(Number(tasks[0].createdAt)).to.be.closeTo(Date.now(), 60_000);
  });

  it("keeps the configuration of a cluster that an update doesn't name", async () => {
    const configuration = { executeCommandConfiguration: { logging: "NONE" as const } };
    const changed = async (more: object) => (await aws.ecs.updateCluster({ cluster: "behaviour", ...more })).cluster;
    await changed({ configuration });
    await changed({ settings: [{ name: "containerInsights", value: "disabled" }] });
    const { clusters } = await aws.ecs.describeClusters({ clusters: ["behaviour"], include: ["CONFIGURATIONS"] });
    expect(clusters?.[0].configuration).to.deep.equal(configuration);
  });
});
