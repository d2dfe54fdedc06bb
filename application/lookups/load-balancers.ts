import {
  allPages,
  ifKnown,
  isOwn,
  setCommand,
  standardTags,
  type AwsClients,
  type ConfigProblem,
  type LookUp,
  type LookUpArgs,
  type Tags,
} from "@selfhosted/common";
import type { Inputs } from "../config";
import { hosts } from "../hosts";
import { runningNames } from "../names";
import { loadBalancerSubnets } from "../subnets";

/** A load balancer that exists. */
interface Found {
  name: string;
  internal: boolean;
  subnetIds: string[];
  /** AWS refuses to delete it. */
  isProtected: boolean;
  tags: Tags;
}

/** The deployed load balancers stay: AWS can change neither where they face nor take a subnet from them. New ones find room. */
export const loadBalancers: LookUp<Inputs> = {
  name: "load balancers",
  key: "infrastructureStack",
  what: () => "the load balancers",
  async look(inputs, args) {
    const { installation } = inputs.upstream;
    const names = runningNames(installation.name, args.stack).loadBalancers;
    const found = (await Promise.all(names.map((name) => describe(args.aws.elb, name)))).flatMap((each) => each ?? []);
    const tags = standardTags({ name: installation.name, layer: "application", stack: args.stack, extra: {} });
    const strangers = found.filter((each) => !isOwn(each.tags, tags));
    const own = found.filter((each) => isOwn(each.tags, tags));
    const missing = names.length - found.length;
    return {
      evidence: own.length > 0 ? `${own.map(({ name }) => name).join(" and ")} stay` : `${missing} new ones`,
      problems: [
        ...strangers.map(nameTaken),
        ...otherSide(inputs, own),
        ...lostSubnets(inputs, own),
        ...(missing > 0 ? await noRoom(args, missing) : []),
        // A warning, and only as long as the names can be chosen freely: a domain may be called so.
        ...(found.length === 0 ? (ifKnown(() => repeatedHost(inputs)) ?? []) : []),
      ],
    };
  },
};

/** A domain that begins as the hosts do, for which `api.` and `app.` are put in front of it. */
function repeatedHost({ config }: Inputs): ConfigProblem[] {
  const bare = config.domain.replace(/^(api|app)\./, "");
  return bare === config.domain
    ? []
    : [
        {
          key: "domain",
          reason: `found ${config.domain}: users will find the API at ${hosts(config).api}, and a later change is costly`,
          fix: `unless that is meant, ${setCommand("domain", bare)}`,
          severity: "warning",
        },
      ];
}

/** The network load balancer of a name; undefined where there is none. */
async function describe(elb: AwsClients["elb"], name: string): Promise<Found | undefined> {
  try {
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
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("LoadBalancerNotFound")) {
      return undefined;
    }
    throw error;
  }
}

function nameTaken({ name }: Found): ConfigProblem {
  return {
    key: "infrastructureStack",
    reason: `load balancer ${name} exists already, and is not of this stack`,
    fix: "delete it, or install under another name in infrastructure/",
  };
}

/** A load balancer never moves between the internet and the inside. */
function otherSide({ config: { internal } }: Inputs, own: Found[]): ConfigProblem[] {
  const turned = own.filter((each) => each.internal !== internal);
  const face = (inside: boolean): string => (inside ? "stand inside" : "face the internet");
  return turned.length === 0
    ? []
    : [
        {
          key: "internal",
          ...replacement(
            turned,
            `found ${internal}, but ${namesOf(turned)} ${face(!internal)}; to ${face(internal)}`,
            `pulumi config set internal ${!internal}`,
          ),
        },
      ];
}

/** AWS adds subnets to a network load balancer and takes none away. */
function lostSubnets({ config, upstream: { network } }: Inputs, own: Found[]): ConfigProblem[] {
  const wanted = loadBalancerSubnets(config, network);
  const losing = own.filter(
    (each) => each.internal === config.internal && each.subnetIds.some((id) => !wanted.includes(id)),
  );
  const lost = [...new Set(losing.flatMap(({ subnetIds }) => subnetIds))].filter((id) => !wanted.includes(id));
  return losing.length === 0
    ? []
    : [
        {
          key: "infrastructureStack",
          ...replacement(
            losing,
            `${namesOf(losing)} would lose ${lost.join(", ")}, which infrastructure/ no longer names first in its zone, or dualStack passes over; so`,
            `name ${lost.join(", ")} there again, before others of the same zone`,
          ),
        },
      ];
}

/** The load balancers are deleted and made anew, which deletion protection stops half-way: one is then without a listener. */
function replacement(own: Found[], why: string, keep: string): Omit<ConfigProblem, "key"> {
  const isProtected = own.some((each) => each.isProtected);
  return {
    reason: `${why}, they are replaced: an outage of minutes, and new addresses${isProtected ? "; deletion protection stops that half-way" : ""}`,
    fix: isProtected
      ? `to keep them, ${keep}; to replace them, deploy loadBalancerDeletionProtection false first, with everything else as it was`
      : `to keep them, ${keep}; afterwards deploy dns/ too`,
    severity: isProtected ? "error" : "warning",
  };
}

function namesOf(own: Found[]): string {
  return own.map(({ name }) => name).join(" and ");
}

/** AWS counts network load balancers in a region. */
async function noRoom({ aws: { elb } }: LookUpArgs, wanted: number): Promise<ConfigProblem[]> {
  // A quota that these credentials may not read stops nobody.
  const { Limits: limits = [] } = await elb.describeAccountLimits({}).catch(() => ({ Limits: [] }));
  const most = limits.find(({ Name }) => Name === "network-load-balancers")?.Max;
  if (most === undefined) {
    return [];
  }
  const count = await countNetworkLoadBalancers(elb);
  return count + wanted <= Number(most)
    ? []
    : [
        {
          key: "infrastructureStack",
          reason: `${wanted} network load balancers are needed in the installation's account, and ${count} of the ${most} that it may have in this region exist`,
          fix: "delete some, or have the quota for Network Load Balancers per Region raised in Service Quotas",
        },
      ];
}

async function countNetworkLoadBalancers(elb: AwsClients["elb"]): Promise<number> {
  const all = await allPages(async (marker) => {
    const { LoadBalancers: items, NextMarker: next } = await elb.describeLoadBalancers({ Marker: marker });
    return { items, next };
  });
  return all.filter(({ Type }) => Type === "network").length;
}
