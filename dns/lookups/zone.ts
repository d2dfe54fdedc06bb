import {
  alwaysIn,
  type AwsClients,
  bareName,
  type Check,
  type ConfigProblem,
  delegations,
  type HostedZone,
  hostedZone,
  hostedZones,
  ifKnown,
  isWithin,
  lookUp,
  setCommand,
} from "@selfhosted/common";
import type { Reads } from "../config";
import { domainsOf } from "../hosts";

interface ZoneArgs extends Reads<
  "zoneId" | "zoneName" | "zoneType" | "zoneVpcIds" | "bareDomain" | "healthChecks" | "queryLogGroupArn",
  "installation" | "api" | "console" | "vpcId" | "internal"
> {
  route53: AwsClients["route53"];
}

/** A hosted zone, and the VPCs in which its names can be looked up. */
interface Found {
  zone: HostedZone;
  /** Of a private one. */
  vpcIds: string[];
}

/** The zone exists, is the only one that is meant, and holds the host names. */
export function lookUpZone(args: ZoneArgs): Promise<Check<HostedZone>> {
  const { config, route53 } = args;
  return lookUp(
    {
      name: "zone",
      key: ifKnown(() => keyOf(args)) ?? "zoneName",
      what: () => `hosted zone ${config.zoneId ?? config.zoneName}`,
    },
    async () => {
      if (config.zoneId === undefined && config.zoneName === undefined) {
        return { skipped: "no zone is named" };
      }
      const named = config.zoneId === undefined ? await byName(args) : await byId(config.zoneId, route53);
      if ("problem" in named) {
        return { problems: [named.problem] };
      }
      const { zone } = named;
      return {
        detail: `${kindOf(zone)} ${shown(zone)}`,
        problems: [...mismatches(args, named), ...(await delegated(args, zone))],
        value: zone,
      };
    },
  );
}

async function byId(id: string, route53: ZoneArgs["route53"]): Promise<Found> {
  const answer = await route53.getHostedZone({ Id: id });
  const { VPCs = [] } = answer;
  return { zone: hostedZone(alwaysIn(answer, "HostedZone")), vpcIds: VPCs.flatMap(({ VPCId }) => VPCId ?? []) };
}

/** The one zone of the name that is of the kind which is meant; a private one, that the installation's VPC sees. */
async function byName(args: ZoneArgs): Promise<Found | { problem: ConfigProblem }> {
  const { config, upstream, route53 } = args;
  const name = bareName(config.zoneName);
  const wantsPrivate = config.zoneType === undefined ? upstream.internal : config.zoneType === "private";
  const all = await hostedZones(route53);
  const same = all.filter((zone) => zone.name === name);
  const found = await Promise.all(same.map(({ id }) => byId(id, route53)));
  const fit = found.filter(
    ({ zone, vpcIds }) => zone.private === wantsPrivate && (!zone.private || vpcIds.includes(upstream.vpcId)),
  );
  const [first, ...more] = fit;
  if (first !== undefined && more.length === 0) {
    return first;
  }
  const kind = `${wantsPrivate ? "private" : "public"} hosted`;
  const association = wantsPrivate ? ` associated with ${upstream.vpcId}, the installation's VPC` : "";
  const others = found.length > 0 ? `, but ${found.map(({ zone }) => `${kindOf(zone)} ${zone.id}`).join(", ")}` : "";
  if (first === undefined) {
    const reason = `found no ${kind} zone named ${name}${association}${others}`;
    return { problem: { key: "zoneName", reason, fix: meant(args, all, found, wantsPrivate) } };
  }
  const ids = fit.map(({ zone }) => zone.id);
  const reason = `found ${ids.length} ${kind} zones named ${name}${association}: ${ids.join(", ")}; there must be one`;
  const fix = `say which one: ${ids.map((id) => setCommand("zoneId", id)).join(", or ")}; and pulumi config rm zoneName`;
  return { problem: { key: "zoneName", reason, fix } };
}

/** What to do where no zone of the name is of the right kind. */
function meant(args: ZoneArgs, all: HostedZone[], found: Found[], wantsPrivate: boolean): string {
  const [privateOne] = found.filter(({ zone }) => zone.private);
  if (privateOne === undefined && found.length > 0) {
    return setCommand("zoneType", "public");
  }
  if (privateOne !== undefined) {
    return wantsPrivate
      ? `associate it: ${associate(privateOne.zone, args)}`
      : `make the public zone; or, where only this VPC's users are to find the names: ${setCommand("zoneType", "private")}`;
  }
  const [host = ""] = domainsOf(args.upstream, args.config);
  const holding = all.filter(({ name }) => isWithin(host, name));
  const [nearest] = holding.sort((a, b) => b.name.length - a.name.length);
  return nearest === undefined
    ? `see which zones there are: aws route53 list-hosted-zones; one of them must hold ${host}`
    : setCommand("zoneName", nearest.name);
}

type Problem = ConfigProblem | false;

/** What in the configuration doesn't fit the zone: each check as far as what it reads is known. */
function mismatches(args: ZoneArgs, found: Found): ConfigProblem[] {
  const checks = [outside, unassociated, vpcsOfPublicZone, checksOfPrivateZone, logsOfPrivateZone];
  return checks.flatMap((check) => ifKnown(() => check(args, found)) || []);
}

function outside(args: ZoneArgs, { zone }: Found): Problem {
  const hosts = domainsOf(args.upstream, args.config).filter((domain) => !isWithin(domain, zone.name));
  const reason = `${hosts.join(" and ")} ${hosts.length > 1 ? "lie" : "lies"} outside of zone ${shown(zone)}`;
  const fix = "name the zone that holds them: aws route53 list-hosted-zones";
  return hosts.length > 0 && { key: keyOf(args), reason, fix };
}

function unassociated(args: ZoneArgs, { zone, vpcIds }: Found): Problem {
  const { vpcId } = args.upstream;
  const reason =
    `zone ${shown(zone)} isn't associated with ${vpcId}, the installation's VPC: the console finds the API there only if ` +
    "another way leads to the zone, such as a Route 53 profile";
  const isMissing = zone.private && !vpcIds.includes(vpcId);
  return isMissing && { key: keyOf(args), reason, fix: associate(zone, args), severity: "warning" };
}

function vpcsOfPublicZone({ config }: ZoneArgs, { zone }: Found): Problem {
  const reason = `zone ${shown(zone)} is public; only a private one is associated with VPCs`;
  const fix = "pulumi config rm zoneVpcIds";
  return config.zoneVpcIds.length > 0 && !zone.private && { key: "zoneVpcIds", reason, fix };
}

function checksOfPrivateZone({ config, upstream }: ZoneArgs, { zone }: Found): Problem {
  const reason = `zone ${shown(zone)} is private, and Route 53 looks the names up from the internet`;
  const fix = setCommand("healthChecks", false);
  // A rule refuses health checks of internal load balancers already.
  return config.healthChecks && zone.private && !upstream.internal && { key: "healthChecks", reason, fix };
}

function logsOfPrivateZone({ config }: ZoneArgs, { zone }: Found): Problem {
  const key = "queryLogGroupArn";
  const reason = `zone ${shown(zone)} is private, and Route 53 logs the queries of public zones only`;
  return config.queryLogGroupArn !== undefined && zone.private && { key, reason, fix: `pulumi config rm ${key}` };
}

/** Resolvers never ask the zone for names under a delegated one. */
async function delegated(args: ZoneArgs, zone: HostedZone): Promise<ConfigProblem[]> {
  const key = keyOf(args);
  const names = await delegations(args.route53, zone, domainsOf(args.upstream, args.config));
  return names.map((name) => ({
    key,
    reason: `zone ${shown(zone)} delegates ${name} to another zone, in which the records belong`,
    fix: key === "zoneName" ? setCommand(key, name) : `set it to the id of the zone ${name}`,
  }));
}

/** The setting that says which zone. */
function keyOf({ config }: ZoneArgs): "zoneId" | "zoneName" {
  return config.zoneId === undefined ? "zoneName" : "zoneId";
}

function associate({ id }: HostedZone, { upstream: { installation, vpcId } }: ZoneArgs): string {
  const vpc = `VPCRegion=${installation.region},VPCId=${vpcId}`;
  return `aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${id} --vpc ${vpc}`;
}

function shown({ name, id }: HostedZone): string {
  return `${name} (${id})`;
}

function kindOf(zone: HostedZone): string {
  return zone.private ? "private" : "public";
}
