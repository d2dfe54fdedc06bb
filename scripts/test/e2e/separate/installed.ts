import {
  type Cluster,
  type ContainerDefinition,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ApplicationOutputs } from "@selfhosted/common";
import type { Access } from "../inventory";

/** The kinds of tasks; each has a container of the same name. */
export const kinds = ["api", "console", "jobs", "migration"] as const;
export type Kind = (typeof kinds)[number];

/** A load balancer as its clients and AWS see it. */
export interface Balancer {
  tlsPolicy?: string;
  ipAddressType?: string;
  attributes: Record<string, string | undefined>;
}

/** The application layer as AWS has it. What isn't there is missing. */
export interface Installed {
  cluster?: Cluster;
  services: Partial<Record<Kind, Service>>;
  /** Those that are running; for the migration, the one that ran last. */
  tasks: Partial<Record<Kind, TaskDefinition>>;
  balancers: Record<"api" | "console", Balancer>;
  /** Resources that the policies of the API's role name, those of the layer above included. */
  apiMayUse: string;
}

export async function describeApplication(aws: Access, application: ApplicationOutputs): Promise<Installed> {
  const ecs = new ECSClient(aws);
  const { clusterName: cluster, api, console, jobs, migration } = application;
  const { clusters } = await ecs.send(
    new DescribeClustersCommand({ clusters: [cluster], include: ["CONFIGURATIONS"] }),
  );
  const installed: Installed = {
    cluster: clusters?.[0],
    services: {},
    tasks: { migration: await definition(ecs, migration.taskDefinitionArn) },
    balancers: {
      api: await balancer(aws, api.loadBalancer.arn),
      console: await balancer(aws, console.loadBalancer.arn),
    },
    apiMayUse: "",
  };
  for (const [kind, outputs] of Object.entries({ api, console, jobs }) as [Kind, typeof jobs][]) {
    if (outputs) {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [outputs.serviceName] }));
      installed.services[kind] = services?.[0];
      installed.tasks[kind] = await definition(ecs, services?.[0]?.taskDefinition ?? "");
    }
  }
  installed.apiMayUse = await resourcesOf(aws, installed.tasks.api?.taskRoleArn?.split("/").pop() ?? "");
  return installed;
}

/** The container that a kind of task is about; undefined where there is no such task. */
export function main({ tasks }: Installed, kind: Kind): ContainerDefinition | undefined {
  return tasks[kind]?.containerDefinitions?.find(({ name }) => name === kind);
}

export function variable(installed: Installed, kind: Kind, wanted: string): string | undefined {
  return main(installed, kind)?.environment?.find(({ name }) => name === wanted)?.value;
}

/**
 * What a kind of task gets for a secret variable or a secret option of its log driver: the task definition refers to
 * `<arn>:<key>::<version>`.
 */
export async function secretValue(aws: Access, installed: Installed, kind: Kind, wanted: string) {
  const { secrets = [], logConfiguration } = main(installed, kind) ?? {};
  const all = [...secrets, ...(logConfiguration?.secretOptions ?? [])];
  const parts = all.find(({ name }) => name === wanted)?.valueFrom?.split(":");
  if (parts === undefined) {
    return undefined;
  }
  const [arn, key = "", versionId] = [parts.slice(0, 7).join(":"), parts[7], parts[9]];
  const command = new GetSecretValueCommand({ SecretId: arn, VersionId: versionId });
  const { SecretString = "{}" } = await new SecretsManagerClient(aws).send(command);
  return (JSON.parse(SecretString) as Record<string, string>)[key];
}

async function definition(ecs: ECSClient, taskDefinition: string): Promise<TaskDefinition | undefined> {
  return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
}

async function balancer(aws: Access, arn: string): Promise<Balancer> {
  const elb = new ElasticLoadBalancingV2Client(aws);
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
  const { Attributes = [] } = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
  return {
    tlsPolicy: Listeners?.[0]?.SslPolicy,
    ipAddressType: LoadBalancers?.[0]?.IpAddressType,
    attributes: Object.fromEntries(Attributes.map(({ Key = "", Value }) => [Key, Value])),
  };
}

async function resourcesOf(aws: Access, RoleName: string): Promise<string> {
  const iam = new IAMClient(aws);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const policies = await Promise.all(
    PolicyNames.map(
      async (PolicyName) => (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument,
    ),
  );
  return policies.map((policy) => decodeURIComponent(policy ?? "")).join("\n");
}
