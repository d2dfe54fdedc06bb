import type { HostedZone, Route53 } from "@aws-sdk/client-route-53";
import type { Config as DnsConfig } from "../../../dns/config";
import { misfits } from "../../../dns/hosts";
import { recordsOf } from "../checks/records";
import { stackResources } from "../pulumi";
import { finding, type Finding } from "../report";

/** What the dns layer will look for. */
export interface ZoneQuery {
  config: DnsConfig;
  /** Host names that get records. */
  domains: string[];
  internal: boolean;
  vpcId: string | undefined;
  /** Host names whose records are the dns layer's own. */
  ownRecords: string[];
}

/** The zone is there, holds the host names, and no record of another is in the way. */
export async function checkZone(route53: Route53, query: ZoneQuery): Promise<Finding[]> {
  const { config, domains, internal, ownRecords } = query;
  const found = await zonesFor(route53, query);
  const wanted = config.zoneId ?? `${wantsPrivate(query) ? "private" : "public"} ${config.zoneName}`;
  const [zone, ...more] = found.map((each) => ({
    id: (each.Id ?? "").replace("/hostedzone/", ""),
    name: (each.Name ?? "").replace(/\.$/, ""),
    private: each.Config?.PrivateZone ?? false,
  }));
  if (zone === undefined || more.length > 0) {
    const evidence = `${wanted}: found ${found.length === 0 ? "none" : found.map(({ Id }) => Id).join(", ")}`;
    const remedy = "in dns/: correct zoneName and zoneType, or say which one: pulumi config set zoneId <id>";
    return [{ name: "zone", verdict: "fail", evidence, remedy }];
  }
  const problems = misfits(
    config,
    zone,
    domains.map((domain) => ({ domain })),
    internal,
  );
  const strangers = config.overwriteRecords ? [] : domains.filter((domain) => !ownRecords.includes(domain));
  return [
    { name: "zone", verdict: "ok", evidence: `${zone.private ? "private" : "public"} ${zone.name} (${zone.id})` },
    ...problems.map(({ key, reason, fix }): Finding => {
      const remedy = `in dns/: ${fix ?? `pulumi config set ${key} <value>`}`;
      return { name: `dns ${key}`, verdict: "fail", evidence: reason, remedy };
    }),
    ...(await Promise.all(strangers.map((domain) => checkFree(route53, zone.id, domain)))),
  ];
}

async function zonesFor(route53: Route53, query: ZoneQuery): Promise<HostedZone[]> {
  const { zoneId, zoneName = "" } = query.config;
  if (zoneId !== undefined) {
    const { HostedZone: zone } = await route53.getHostedZone({ Id: zoneId });
    return zone ? [zone] : [];
  }
  const wanted = `${zoneName.toLowerCase().replace(/\.$/, "")}.`;
  const { HostedZones: zones = [] } = await route53.listHostedZonesByName({ DNSName: wanted });
  const named = zones.filter(({ Name, Config }) => Name === wanted && Config?.PrivateZone === wantsPrivate(query));
  if (!wantsPrivate(query)) {
    return named;
  }
  const seen = await Promise.all(named.map((zone) => route53.getHostedZone({ Id: zone.Id })));
  return named.filter((_, index) => seen[index]?.VPCs?.some(({ VPCId }) => VPCId === query.vpcId));
}

/** As the dns layer decides it. */
function wantsPrivate({ config, internal }: ZoneQuery): boolean {
  return config.zoneType === undefined ? internal : config.zoneType === "private";
}

async function checkFree(route53: Route53, zoneId: string, domain: string): Promise<Finding> {
  const records = (await recordsOf(route53, zoneId, domain)).filter(({ Type }) =>
    ["A", "AAAA", "CNAME"].includes(Type ?? ""),
  );
  const targets = records.map(({ Type, AliasTarget, ResourceRecords }) => {
    const values = AliasTarget?.DNSName ?? ResourceRecords?.map(({ Value }) => Value).join(" ");
    return `${Type} → ${values}`;
  });
  return finding(
    `record ${domain}`,
    records.length === 0,
    records.length === 0 ? "free" : `exists already, and is not of this installation: ${targets.join(", ")}`,
    records.some(({ Type }) => Type === "CNAME")
      ? "delete it: an alias can't take the place of a CNAME"
      : "delete it, or take it over in dns/: pulumi config set overwriteRecords true",
  );
}

/** Host names of the records that the dns layer made, also in a deployment that didn't end well. */
export async function recordsInState(env: string): Promise<string[]> {
  const resources = await stackResources<{ type: string; inputs?: { name?: string } }>("dns", env);
  const records = resources.filter(({ type }) => type === "aws:route53/record:Record");
  return records.flatMap(({ inputs }) => inputs?.name ?? []);
}
