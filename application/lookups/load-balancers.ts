import {
  allPages,
  type AwsClients,
  type ConfigProblem,
  ifKnown,
  isOwn,
  type LookUp,
  problemIf,
  setCommand,
  standardTags,
  type Tags,
  unlessError,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";
import { hosts } from "../network/hosts";
import { loadBalancerSubnets } from "../network/subnets";
import { runningNames } from "../service/names";

interface ExistingLoadBalancer {
  name: string;
  internal: boolean;
  subnetIds: string[];
  /** AWS refuses to delete it. */
  isProtected: boolean;
  tags: Tags;
}

/**
 * The existing load balancers stay: AWS can neither make an internal one face the internet, nor take a subnet from one. New ones fit
 * into the quota.
 */
export const loadBalancers: LookUp<RuleArgs> = {
  name: "load balancers",
  key: "infrastructureStack",
  what: () => "the load balancers",
  async check(inputs, { stack, aws }) {
    const { installation } = inputs.upstream;
    const names = runningNames(installation.name, stack).loadBalancers;
    const found = (
      await Promise.all(names.map((name) => unlessError(/^LoadBalancerNotFound/, describe(aws.elb, name))))
    ).flatMap((each) => each ?? []);
    const tags = standardTags({ name: installation.name, layer: "application", stack, extra: {} });
    const foreign = found.filter((each) => !isOwn(each.tags, tags));
    const own = found.filter((each) => isOwn(each.tags, tags));
    const missing = names.length - found.length;
    return {
      detail: own.length > 0 ? `${namesOf(own)} stay` : `${missing} new ones`,
      problems: [
        ...foreign.map(nameTaken),
        ...changedScheme(inputs, own),
        ...lostSubnets(inputs, own),
        ...(missing > 0 ? await quotaReached(aws.elb, missing) : []),
        // A warning, and only as long as the names can be chosen freely: a domain may be called so.
        ...(found.length === 0 ? (ifKnown(() => repeatedHost(inputs)) ?? []) : []),
      ],
    };
  },
};

/** A domain that begins as the hosts do, for which `api.` and `app.` are put in front of it. */
function repeatedHost({ config }: RuleArgs): ConfigProblem[] {
  const bare = config.domain.replace(/^(api|app)\./, "");
  return problemIf(bare !== config.domain, {
    key: "domain",
    reason: `found ${config.domain}: users will find the API at ${hosts(config).api}, and a later change is costly`,
    fix: `unless that is meant, ${setCommand("domain", bare)}`,
    severity: "warning",
  });
}

/** The network load balancer of a name. Where none exists, or it is deleted meanwhile, AWS answers with an error. */
async function describe(elb: AwsClients["elb"], name: string): Promise<ExistingLoadBalancer | undefined> {
  const { LoadBalancers: [found] = [] } = await elb.describeLoadBalancers({ Names: [name] });
  if (found === undefined) {
    return undefined;
  }
  const { LoadBalancerArn: arn = "", Scheme, AvailabilityZones: zones = [] } = found;
  const [{ Attributes: attributes = [] }, { TagDescriptions: [tagged] = [] }] = await Promise.all([
    elb.describeLoadBalancerAttributes({ LoadBalancerArn: arn }),
    elb.describeTags({ ResourceArns: [arn] }),
  ]);
  return {
    name,
    internal: Scheme === "internal",
    subnetIds: zones.flatMap(({ SubnetId }) => SubnetId ?? []),
    isProtected: attributes.some(({ Key, Value }) => Key === "deletion_protection.enabled" && Value === "true"),
    tags: Object.fromEntries((tagged?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}

function nameTaken({ name }: ExistingLoadBalancer): ConfigProblem {
  return {
    key: "infrastructureStack",
    reason: `load balancer ${name} exists already, and is not of this stack`,
    fix: "delete it, or install under another name in infrastructure/",
  };
}

/** A load balancer never changes between internal and internet-facing. */
function changedScheme({ config: { internal } }: RuleArgs, own: ExistingLoadBalancer[]): ConfigProblem[] {
  const changed = own.filter((each) => each.internal !== internal);
  const [before, after] = internal ? ["face the internet", "be internal"] : ["are internal", "face the internet"];
  return problemIf(changed.length > 0, {
    key: "internal",
    ...replacement(
      changed,
      `found ${internal}, but ${namesOf(changed)} ${before}; to ${after}`,
      `pulumi config set internal ${!internal}`,
    ),
  });
}

/** AWS adds subnets to a network load balancer and takes none away. */
function lostSubnets({ config, upstream: { network } }: RuleArgs, own: ExistingLoadBalancer[]): ConfigProblem[] {
  const wanted = loadBalancerSubnets(config, network);
  const losing = own.filter(
    (each) => each.internal === config.internal && each.subnetIds.some((id) => !wanted.includes(id)),
  );
  const lost = [...new Set(losing.flatMap(({ subnetIds }) => subnetIds))].filter((id) => !wanted.includes(id));
  return problemIf(losing.length > 0, {
    key: "infrastructureStack",
    ...replacement(
      losing,
      `${namesOf(losing)} would lose ${lost.join(", ")}, which infrastructure/ no longer names first in its zone, or dualStack passes over; so`,
      `name ${lost.join(", ")} there again, before others of the same zone`,
    ),
  });
}

/** The load balancers are replaced, which deletion protection stops half-way: one is then without a listener. */
function replacement(own: ExistingLoadBalancer[], why: string, keep: string): Omit<ConfigProblem, "key"> {
  const isProtected = own.some((each) => each.isProtected);
  return {
    reason: `${why}, they are replaced: an outage of minutes, and new addresses${isProtected ? "; deletion protection stops that half-way" : ""}`,
    fix: isProtected
      ? `to keep them, ${keep}; to replace them, deploy loadBalancerDeletionProtection false first, with everything else as it was`
      : `to keep them, ${keep}; afterwards deploy dns/ too`,
    severity: isProtected ? "error" : "warning",
  };
}

function namesOf(own: ExistingLoadBalancer[]): string {
  return own.map(({ name }) => name).join(" and ");
}

/** A region has a quota of network load balancers. */
async function quotaReached(elb: AwsClients["elb"], wanted: number): Promise<ConfigProblem[]> {
  // Where these credentials may not read the quota, it isn't checked.
  const { Limits: limits = [] } = await elb.describeAccountLimits({}).catch(() => ({ Limits: [] }));
  const most = limits.find(({ Name }) => Name === "network-load-balancers")?.Max;
  if (most === undefined) {
    return [];
  }
  const count = await countNetworkLoadBalancers(elb);
  return problemIf(count + wanted > Number(most), {
    key: "infrastructureStack",
    reason: `${wanted} network load balancers are needed in the installation's account, and ${count} of the ${most} that it may have in this region exist`,
    fix:
      "delete some, or: aws service-quotas request-service-quota-increase --service-code elasticloadbalancing --quota-code L-69A177A2 " +
      `--desired-value ${count + wanted}`,
  });
}

async function countNetworkLoadBalancers(elb: AwsClients["elb"]): Promise<number> {
  const all = await allPages(async (marker) => {
    const { LoadBalancers: items, NextMarker: next } = await elb.describeLoadBalancers({ Marker: marker });
    return { items, next };
  });
  return all.filter(({ Type }) => Type === "network").length;
}
