import {
  alwaysIn,
  bareName,
  delegations,
  hostedZone,
  hostedZones,
  ifKnown,
  isWithin,
  lookUp,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type HostedZone,
} from "@selfhosted/common";
import type { Inputs } from "../config";
import { domainsOf } from "../hosts";

type Route53 = AwsClients["route53"];

/** A hosted zone, and who can look names up in it. */
interface Found {
  zone: HostedZone;
  /** Of a private one. */
  vpcIds: string[];
}

/** The zone is there, is the only one that is meant, and holds the host names. */
export function lookUpZone(inputs: Inputs, route53: Route53): Promise<Check<HostedZone>> {
  const { config } = inputs;
  return lookUp(
    "zone",
    ifKnown(() => keyOf(inputs)) ?? "zoneName",
    () => `hosted zone ${config.zoneId ?? config.zoneName}`,
    async () => {
      if (config.zoneId === undefined && config.zoneName === undefined) {
        return { evidence: "", skipped: "no zone is named" };
      }
      const named = config.zoneId === undefined ? await byName(inputs, route53) : await byId(config.zoneId, route53);
      if ("problem" in named) {
        return { evidence: "", problems: [named.problem] };
      }
      const { zone } = named;
      return {
        evidence: `${kindOf(zone)} ${shown(zone)}`,
        problems: [...misfits(inputs, named), ...(await delegated(inputs, zone, route53))],
        value: zone,
      };
    },
  );
}

async function byId(id: string, route53: Route53): Promise<Found> {
  const answer = await route53.getHostedZone({ Id: id });
  const { VPCs = [] } = answer;
  return { zone: hostedZone(alwaysIn(answer, "HostedZone")), vpcIds: VPCs.flatMap(({ VPCId }) => VPCId ?? []) };
}

/** The one zone of the name that is of the kind which is meant; a private one, that the installation's VPC sees. */
async function byName(inputs: Inputs, route53: Route53): Promise<Found | { problem: ConfigProblem }> {
  const { config, upstream } = inputs;
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
  const where = wantsPrivate ? ` associated with ${upstream.vpcId}, the installation's VPC` : "";
  const others = found.length > 0 ? `, but ${found.map(({ zone }) => `${kindOf(zone)} ${zone.id}`).join(", ")}` : "";
  return {
    problem:
      first === undefined
        ? {
            key: "zoneName",
            reason: `found no ${kind} zone named ${name}${where}${others}`,
            fix: meant(inputs, all, found, wantsPrivate),
          }
        : {
            key: "zoneName",
            reason: `found ${fit.length} ${kind} zones named ${name}${where}: ${fit.map(({ zone }) => zone.id).join(", ")}; there must be one`,
            fix: `say which one: ${fit.map(({ zone }) => setCommand("zoneId", zone.id)).join(", or ")}; and pulumi config rm zoneName`,
          },
  };
}

/** What to do where no zone of the name is of the right kind. */
function meant(inputs: Inputs, all: HostedZone[], found: Found[], wantsPrivate: boolean): string {
  const [privateOne] = found.filter(({ zone }) => zone.private);
  if (privateOne === undefined && found.length > 0) {
    return setCommand("zoneType", "public");
  }
  if (privateOne !== undefined) {
    return wantsPrivate
      ? `associate it: ${associate(privateOne.zone, inputs)}`
      : `make the public zone; or, where only this VPC's users are to find the names: ${setCommand("zoneType", "private")}`;
  }
  const [host = ""] = domainsOf(inputs);
  const holding = all.filter(({ name }) => isWithin(host, name));
  const [nearest] = holding.sort((a, b) => b.name.length - a.name.length);
  return nearest === undefined
    ? `see which zones there are: aws route53 list-hosted-zones; one of them must hold ${host}`
    : setCommand("zoneName", nearest.name);
}

/** What in the configuration doesn't fit the zone: each as far as what it reads is known. */
function misfits(inputs: Inputs, found: Found): ConfigProblem[] {
  const all = [outside, unassociated, vpcsOfPublicZone, checksOfPrivateZone];
  return all.flatMap((misfit) => ifKnown(() => misfit(inputs, found)) ?? []);
}

function outside(inputs: Inputs, { zone }: Found): ConfigProblem[] {
  const hosts = domainsOf(inputs).filter((domain) => !isWithin(domain, zone.name));
  return hosts.length === 0
    ? []
    : [
        {
          key: keyOf(inputs),
          reason: `${hosts.join(" and ")} ${hosts.length > 1 ? "lie" : "lies"} outside of zone ${shown(zone)}`,
          fix: "name the zone that holds them: aws route53 list-hosted-zones",
        },
      ];
}

function unassociated(inputs: Inputs, { zone, vpcIds }: Found): ConfigProblem[] {
  const { vpcId } = inputs.upstream;
  return !zone.private || vpcIds.includes(vpcId)
    ? []
    : [
        {
          key: keyOf(inputs),
          reason:
            `zone ${shown(zone)} isn't associated with ${vpcId}, the installation's VPC: the console finds the API there only if ` +
            "another way leads to the zone, such as a Route 53 profile",
          fix: associate(zone, inputs),
          severity: "warning",
        },
      ];
}

function vpcsOfPublicZone({ config }: Inputs, { zone }: Found): ConfigProblem[] {
  return config.zoneVpcIds.length === 0 || zone.private
    ? []
    : [
        {
          key: "zoneVpcIds",
          reason: `zone ${shown(zone)} is public; only a private one is associated with VPCs`,
          fix: "pulumi config rm zoneVpcIds",
        },
      ];
}

function checksOfPrivateZone({ config, upstream }: Inputs, { zone }: Found): ConfigProblem[] {
  // Of internal load balancers a rule says so already.
  return !config.healthChecks || !zone.private || upstream.internal
    ? []
    : [
        {
          key: "healthChecks",
          reason: `zone ${shown(zone)} is private, and Route 53 looks the names up from the internet`,
          fix: setCommand("healthChecks", false),
        },
      ];
}

/** Records under a delegated name would never be seen. */
async function delegated(inputs: Inputs, zone: HostedZone, route53: Route53): Promise<ConfigProblem[]> {
  const key = keyOf(inputs);
  const names = await delegations(route53, zone, domainsOf(inputs));
  return names.map((name) => ({
    key,
    reason: `zone ${shown(zone)} delegates ${name} to another zone, in which the records belong`,
    fix: key === "zoneName" ? setCommand(key, name) : `set it to the id of the zone ${name}`,
  }));
}

/** The setting that says which zone. */
function keyOf({ config }: Inputs): "zoneId" | "zoneName" {
  return config.zoneId === undefined ? "zoneName" : "zoneId";
}

function associate({ id }: HostedZone, { upstream: { installation, vpcId } }: Inputs): string {
  const vpc = `VPCRegion=${installation.region},VPCId=${vpcId}`;
  return `aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${id} --vpc ${vpc}`;
}

function shown({ name, id }: HostedZone): string {
  return `${name} (${id})`;
}

function kindOf(zone: HostedZone): string {
  return zone.private ? "private" : "public";
}
