import { ECR } from "@aws-sdk/client-ecr";
import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { ServiceArgs } from "@pulumi/aws/ecs";
import type { Unwrap } from "@pulumi/pulumi";
import type { Problem } from "../resource";
import type { Account } from "./account";
import { describeCluster } from "./ecs-cluster";
import { describeTaskDefinition } from "./ecs-task-definition";
import { unlessMissing } from "./errors";
import { describeLogGroup } from "./logs";
import { exists, findSubnets, securityGroupsExist } from "./references";
import type { Tagged } from "./tags";

export type ServiceInputs = Tagged<Unwrap<ServiceArgs>>;

/** What ECS would refuse of a service, and what would keep its tasks from starting. */
export async function ecsServiceReferences(inputs: ServiceInputs, account: Account): Promise<Problem[]> {
  const { subnets: subnetIds = [], securityGroups = [] } = inputs.networkConfiguration ?? {};
  const { subnets, problems } = await findSubnets("networkConfiguration.subnets", subnetIds, account);
  const vpcId = subnets[0]?.VpcId;
  const found = await describeTaskDefinition(inputs.taskDefinition ?? "", account);
  const task = found?.status === "ACTIVE" ? found : undefined;
  return [
    ...problems,
    ...(await securityGroupsExist("networkConfiguration.securityGroups", securityGroups, vpcId, account)),
    ...(await clusterProblems(inputs, account)),
    ...(await targetGroupProblems(inputs, vpcId, account)),
    ...(task ? await taskProblems(inputs, task, account) : [missing("taskDefinition", inputs.taskDefinition)]),
  ];
}

async function clusterProblems(inputs: ServiceInputs, account: Account): Promise<Problem[]> {
  const cluster = await describeCluster(inputs.cluster ?? "", account);
  if (!cluster) return [missing("cluster", inputs.cluster)];
  return (inputs.capacityProviderStrategies ?? [])
    .map(({ capacityProvider }) => capacityProvider)
    .filter((name) => !cluster.capacityProviders?.includes(name))
    .map((name) => ({
      property: "capacityProviderStrategies",
      reason: `names ${name}, which the cluster doesn't have`,
    }));
}

async function targetGroupProblems({ loadBalancers = [] }: ServiceInputs, vpcId: string | undefined, account: Account) {
  const client = account.client(ElasticLoadBalancingV2);
  const problems = loadBalancers.map(async ({ targetGroupArn = "" }): Promise<Problem[]> => {
    const property = "loadBalancers.targetGroupArn";
    const describe = client.describeTargetGroups({ TargetGroupArns: [targetGroupArn] });
    const group = (await unlessMissing(describe))?.TargetGroups?.[0];
    if (!group) return [missing(property, targetGroupArn)];
    const wrong: [boolean, string][] = [
      [group.TargetType !== "ip", `of type ${group.TargetType}; tasks on Fargate need one of type ip`],
      [vpcId !== undefined && group.VpcId !== vpcId, `in ${group.VpcId}, but the subnets lie in ${vpcId}`],
      [!group.LoadBalancerArns?.length, "to which no load balancer sends anything; its listener has to come first"],
    ];
    return wrong
      .filter(([is]) => is)
      .map(([, reason]) => ({ property, reason: `names ${group.TargetGroupName}, a target group ${reason}` }));
  });
  return (await Promise.all(problems)).flat();
}

async function taskProblems(inputs: ServiceInputs, task: TaskDefinition, account: Account): Promise<Problem[]> {
  const containers = task.containerDefinitions ?? [];
  const unmapped = (inputs.loadBalancers ?? [])
    .filter(({ containerName, containerPort }) => {
      const container = containers.find(({ name }) => name === containerName);
      return !container?.portMappings?.some((port) => port.containerPort === containerPort);
    })
    .map(({ containerName, containerPort }) => ({
      property: "loadBalancers",
      reason: `ask for port ${containerPort} of the container ${containerName}, which ${task.family} doesn't have`,
    }));
  const execution =
    inputs.enableExecuteCommand && !task.taskRoleArn
      ? [{ property: "enableExecuteCommand", reason: `needs a task role, which ${task.family} doesn't have` }]
      : [];
  const starting = await Promise.all(containers.map((container) => containerProblems(container, account)));
  return [...unmapped, ...execution, ...starting.flat()];
}

/** What ECS finds out only when it starts a task, which would then stop with `ResourceInitializationError`. */
async function containerProblems(container: ContainerDefinition, account: Account): Promise<Problem[]> {
  const property = "taskDefinition";
  const inContainer = (what: string) => `container ${container.name}: ${what}`;
  const [registry = "", ...path] = (container.image ?? "").split("/");
  const ownRegistry = new RegExp(`^${account.accountId}\\.dkr\\.ecr\\.${account.region}\\.`).test(registry);
  const [, repositoryName, imageTag, imageDigest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(path.join("/")) ?? [];
  const logGroup = container.logConfiguration?.options?.["awslogs-group"];
  const createsGroup = container.logConfiguration?.options?.["awslogs-create-group"] === "true";
  const images = { repositoryName, imageIds: [imageDigest ? { imageDigest } : { imageTag }] };
  const secrets = (container.secrets ?? [])
    .map(({ valueFrom = "" }) => valueFrom.split(":").slice(0, 7).join(":"))
    .filter((arn) => arn.includes(":secretsmanager:"));
  const problems = [
    ownRegistry
      ? exists(property, inContainer(`image ${container.image}`), account.client(ECR).describeImages(images))
      : undefined,
    logGroup && !createsGroup
      ? exists(property, inContainer(`log group ${logGroup}`), describeLogGroup(logGroup, account))
      : undefined,
    ...[...new Set(secrets)].map((SecretId) => {
      const secret = account.client(SecretsManager).describeSecret({ SecretId });
      return exists(property, inContainer(`secret ${SecretId}`), secret);
    }),
  ];
  const found = await Promise.all(problems.filter((problem) => problem !== undefined));
  return found.flat();
}

function missing(property: string, name: string | undefined): Problem {
  return { property, reason: `names ${name}, which doesn't exist` };
}
