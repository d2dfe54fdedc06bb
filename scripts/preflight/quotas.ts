import type { CheckResult } from "../report";
import type { Plan } from "./plan";
import * as usage from "./usage";

/** How many of a thing there are, and how many the account may have. */
export interface Usage {
  used: number;
  most: number;
}

/** A thing of which an account has only so many, and what this installation takes of it. */
export interface Quota {
  /** Such as `DB clusters`. */
  name: string;
  /** Where Service Quotas has it. */
  service: string;
  code: string;
  /** One for all regions of the account, which only the first of the partition knows. */
  isGlobal?: boolean;
  ask: (sources: usage.Sources, quota: Quota, plan: Plan) => Promise<Usage>;
  /** How many a deployment still makes. */
  needs: (plan: Plan) => number;
  /** How many more there are for a while, as when a service rolls. */
  peak?: (plan: Plan) => number;
  /** What is there already takes more of it in time. */
  isAlwaysTouched?: boolean;
  /** It may need fewer: that they are too many stops nothing. */
  isEstimate?: boolean;
}

/** How many of these resources the configuration asks for, that the stacks don't hold yet. */
const still = (type: string, wanted: (plan: Plan) => number) => {
  return (plan: Plan): number => Math.max(0, wanted(plan) - plan.held(type));
};
const count = (...conditions: boolean[]): number => conditions.filter(Boolean).length;

/** Those of load balancers themselves the application layer checks. */
export const quotas: Quota[] = [
  {
    ...{ name: "target groups", service: "elasticloadbalancing", code: "L-B22855CB" },
    ask: usage.targetGroups,
    needs: still("aws:lb/targetGroup:TargetGroup", () => 2),
  },
  {
    ...{ name: "security groups", service: "vpc", code: "L-E79EC296" },
    ask: usage.securityGroups,
    // Two of load balancers, one of each kind of tasks, of the database, of search and of endpoints.
    needs: still("aws:ec2/securityGroup:SecurityGroup", ({ infrastructure: above, application }) => {
      return 6 + count(above.searchEnabled, above.endpointsEnabled, application.jobsEnabled);
    }),
  },
  {
    ...{ name: "network interfaces", service: "vpc", code: "L-DF5E4CA3" },
    ask: usage.networkInterfaces,
    needs: (plan) => (isInstalled(plan) ? 0 : addressesOfServices(plan, "minTasks") + addressesOfData(plan)),
    peak: (plan) => addressesOfServices(plan, "minTasks"),
    isEstimate: true,
  },
  {
    ...{ name: "interface endpoints of the VPC", service: "vpc", code: "L-29B6F2EB" },
    ask: usage.interfaceEndpoints,
    // Of the services that are always called, all but S3's.
    needs: still("aws:ec2/vpcEndpoint:VpcEndpoint", ({ infrastructure: above }) => {
      return above.endpointsEnabled ? 5 + above.endpointsExtraServices.filter((each) => each !== "dynamodb").length : 0;
    }),
    // Those that the VPC has already aren't made.
    isEstimate: true,
  },
  {
    ...{ name: "Fargate vCPU", service: "fargate", code: "L-3032A538" },
    ask: usage.fargateVcpu,
    needs: (plan) => (isInstalled(plan) ? 0 : vcpuOf(plan)),
    peak: vcpuOf,
  },
  {
    ...{ name: "DB clusters", service: "rds", code: "L-952B80B8" },
    ask: usage.ofDatabases("DBClusters"),
    needs: still("aws:rds/cluster:Cluster", () => 1),
  },
  {
    ...{ name: "DB instances", service: "rds", code: "L-7B6409FD" },
    ask: usage.ofDatabases("DBInstances"),
    needs: still("aws:rds/clusterInstance:ClusterInstance", (plan) => plan.infrastructure.databaseInstanceCount),
  },
  {
    ...{ name: "DB subnet groups", service: "rds", code: "L-48C6BF61" },
    ask: usage.ofDatabases("DBSubnetGroups"),
    needs: still("aws:rds/subnetGroup:SubnetGroup", () => 1),
  },
  {
    ...{ name: "DB cluster parameter groups", service: "rds", code: "L-E4C808A8" },
    ask: usage.ofDatabases("DBClusterParameterGroups"),
    needs: still("aws:rds/clusterParameterGroup:ClusterParameterGroup", () => 1),
  },
  {
    ...{ name: "manual DB cluster snapshots", service: "rds", code: "L-9B510759" },
    ask: usage.ofDatabases("ManualClusterSnapshots"),
    needs: () => 0,
    // Each upgrade takes one, and so does the end of the installation.
    peak: () => 1,
    isAlwaysTouched: true,
  },
  {
    ...{ name: "IAM roles", service: "iam", code: "L-FE177D64", isGlobal: true },
    ask: usage.roles,
    needs: still("aws:iam/role:Role", ({ infrastructure: above, application }) => {
      const { bucketReplicationRegion, backupEnabled, databaseMonitoringSeconds } = above;
      const { jobsEnabled, execEnabled } = application;
      const hasCopies = bucketReplicationRegion !== undefined;
      return 4 + count(hasCopies, backupEnabled, Number(databaseMonitoringSeconds) > 0, jobsEnabled, execEnabled);
    }),
  },
  {
    ...{ name: "S3 buckets", service: "s3", code: "L-DC2B2D3D", isGlobal: true },
    ask: usage.buckets,
    needs: still("aws:s3/bucket:Bucket", ({ infrastructure: above }) => {
      const kinds = ["Checkpoint", "Policy", "Metadata", "Events", "Logs"] as const;
      const own = kinds.filter((kind) => above[`bucket${kind}Name`] === undefined);
      return own.length * (above.bucketReplicationRegion === undefined ? 1 : 2);
    }),
  },
  {
    ...{ name: "search domains", service: "es", code: "L-076D529E" },
    ask: usage.searchDomains,
    needs: still("aws:opensearch/domain:Domain", ({ infrastructure }) => count(infrastructure.searchEnabled)),
  },
];

function isInstalled({ held }: Plan): boolean {
  return held("aws:ecs/service:Service") > 0;
}

/** Of the tasks on demand; Spot has a quota of its own. */
function vcpuOf({ services }: Plan): number {
  return services.filter(({ isSpot }) => !isSpot).reduce((sum, { vcpu, minTasks }) => sum + vcpu * minTasks, 0);
}

/** Each task has an address, and a network interface, of its own. */
export function addressesOfServices({ services }: Plan, bound: "minTasks" | "maxTasks"): number {
  return services.reduce((sum, each) => sum + each[bound], 0);
}

/** Those of two load balancers, in each of their zones, of the database, and of the nodes of search. */
function addressesOfData({ infrastructure: above, application }: Plan): number {
  const subnets = application.internal ? above.privateSubnetIds : above.publicSubnetIds;
  const nodes = above.searchEnabled ? (above.searchInstanceCount ?? 3) : 0;
  return 2 * subnets.length + above.databaseInstanceCount + nodes;
}

/** Whether a deployment of this can come near a quota at all: nothing is asked for one that it doesn't touch. */
export function isTouched({ needs, isAlwaysTouched = false }: Quota, plan: Plan): boolean {
  return needs(plan) > 0 || isAlwaysTouched;
}

/**
 * What is left of a quota is enough: for all that is to be made, and for what there is more of for a while.
 *
 * @param home the region that knows the quotas of the whole account.
 */
export function checkQuota(quota: Quota, { used, most }: Usage, plan: Plan, home?: string): CheckResult {
  const { name, service, code, isGlobal, isEstimate = false } = quota;
  const needed = quota.needs(plan);
  const atPeak = needed + (quota.peak?.(plan) ?? 0);
  const left = most - used;
  const detail = `${needed} needed, ${used} of ${most} in use`;
  const named = { name: `quota of ${name}` };
  if (atPeak <= left) {
    return { ...named, verdict: "ok", detail };
  }
  const raise =
    `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} ` +
    `--desired-value ${Math.ceil(used + atPeak)}${isGlobal && home ? ` --region ${home}` : ""}`;
  const [verdict, reason] =
    needed > left
      ? ([isEstimate ? "warn" : "fail", `${detail}: ${round(needed - left)} too many`] as const)
      : (["warn", `${detail}; for a while it takes ${round(atPeak)}, ${round(atPeak - left)} too many`] as const);
  return { ...named, verdict, detail: reason, fix: `delete some that nothing uses, or: ${raise}` };
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
