import type { AccountQuota } from "@aws-sdk/client-rds";
import { allPages, alwaysIn, type AwsClients, once, unlessError } from "@selfhosted/common";
import type { Plan } from "./plan";
import type { Quota, Usage } from "./quotas";

/** Where it is asked what is in use of a quota, and how much that is at most. */
export interface Sources {
  aws: AwsClients;
  /** In the region that knows the quotas of the whole account. */
  home: AwsClients;
  /** What RDS says of its own quotas: all in one answer. */
  databases: () => Promise<AccountQuota[]>;
}

export function sourcesIn(aws: AwsClients, home: AwsClients): Sources {
  return { aws, home, databases: once(async () => (await aws.rds.describeAccountAttributes({})).AccountQuotas ?? []) };
}

/**
 * The value of a quota. Where the account has none of its own, AWS's default holds, and only that is listed
 * (https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html).
 */
async function mostOf({ quotas }: AwsClients, { service: ServiceCode, code: QuotaCode }: Quota): Promise<number> {
  const which = { ServiceCode, QuotaCode };
  const { Quota: quota } =
    (await unlessError(/^NoSuchResource/, quotas.getServiceQuota(which))) ??
    (await quotas.getAWSDefaultServiceQuota(which));
  return alwaysIn(quota ?? {}, "Value");
}

const counted =
  (count: (aws: AwsClients, plan: Plan) => Promise<number>) =>
  async ({ aws, home }: Sources, quota: Quota, plan: Plan): Promise<Usage> => {
    const [used, most] = await Promise.all([count(aws, plan), mostOf(quota.isGlobal ? home : aws, quota)]);
    return { used, most };
  };

export const securityGroups = counted(async ({ ec2 }) => {
  const all = await allPages(async (NextToken) => {
    const page = await ec2.describeSecurityGroups({ MaxResults: 1000, NextToken });
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  return all.length;
});

export const networkInterfaces = counted(async ({ ec2 }) => {
  const all = await allPages(async (NextToken) => {
    const page = await ec2.describeNetworkInterfaces({ MaxResults: 1000, NextToken });
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
  return all.length;
});

export const interfaceEndpoints = counted(async ({ ec2 }, { infrastructure: { vpcId } }) => {
  const Filters = [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "vpc-endpoint-type", Values: ["Interface"] },
  ];
  const all = await allPages(async (NextToken) => {
    const page = await ec2.describeVpcEndpoints({ Filters, NextToken });
    return { items: page.VpcEndpoints, next: page.NextToken };
  });
  return all.length;
});

/** Of all tasks in the region: AWS counts what each asks for. It counts pods of EKS too, which aren't seen here. */
export const fargateVcpu = counted(async ({ ecs }) => {
  const clusters = await allPages(async (nextToken) => {
    const page = await ecs.listClusters({ nextToken });
    return { items: page.clusterArns, next: page.nextToken };
  });
  const ofEach = await Promise.all(clusters.map((cluster) => vcpuIn(ecs, cluster)));
  return ofEach.reduce((sum, each) => sum + each, 0);
});

async function vcpuIn(ecs: AwsClients["ecs"], cluster: string): Promise<number> {
  const tasks = await allPages(async (nextToken) => {
    // Pages of 100 at most, which is also what describeTasks takes.
    const { taskArns = [], nextToken: next } = await ecs.listTasks({ cluster, launchType: "FARGATE", nextToken });
    const { tasks: items } = taskArns.length > 0 ? await ecs.describeTasks({ cluster, tasks: taskArns }) : {};
    return { items, next };
  });
  return tasks
    .filter(({ capacityProviderName }) => capacityProviderName !== "FARGATE_SPOT")
    .reduce((sum, { cpu = "0" }) => sum + Number(cpu) / 1024, 0);
}

export const searchDomains = counted(async ({ search }) => {
  const { DomainNames: names = [] } = await search.listDomainNames({});
  return names.length;
});

export const buckets = counted(async ({ s3 }) => {
  const all = await allPages(async (ContinuationToken) => {
    const page = await s3.listBuckets({ MaxBuckets: 1000, ContinuationToken });
    return { items: page.Buckets, next: page.ContinuationToken };
  });
  return all.length;
});

export async function targetGroups({ aws: { elb } }: Sources): Promise<Usage> {
  const [{ Limits: limits = [] }, all] = await Promise.all([
    elb.describeAccountLimits({}),
    allPages(async (Marker) => {
      const page = await elb.describeTargetGroups({ Marker });
      return { items: page.TargetGroups, next: page.NextMarker };
    }),
  ]);
  const limit = limits.find(({ Name }) => Name === "target-groups") ?? {};
  return { used: all.length, most: Number(alwaysIn(limit, "Max")) };
}

export async function roles({ aws: { iam } }: Sources): Promise<Usage> {
  const { SummaryMap: summary = {} } = await iam.getAccountSummary({});
  return { used: alwaysIn(summary, "Roles"), most: alwaysIn(summary, "RolesQuota") };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html */
export function ofDatabases(name: string): (sources: Sources) => Promise<Usage> {
  return async ({ databases }) => {
    const quota = (await databases()).find(({ AccountQuotaName }) => AccountQuotaName === name) ?? {};
    return { used: alwaysIn(quota, "Used"), most: alwaysIn(quota, "Max") };
  };
}
