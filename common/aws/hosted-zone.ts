import type { HostedZone as AwsZone, ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import { allPages } from "./answers";

export type { ResourceRecordSet };

/** A hosted zone of Route 53. */
export interface HostedZone {
  id: string;
  /** In small letters, without the dot at its end. */
  name: string;
  private: boolean;
}

/** A zone as Route 53 describes it. */
export function hostedZone({ Id, Name, Config }: Partial<AwsZone>): HostedZone {
  return { id: (Id ?? "").replace("/hostedzone/", ""), name: bareName(Name), private: Config?.PrivateZone ?? false };
}

/** All zones of the account. (Listing them by name needs a permission of its own, which a role for one zone may lack.) */
export async function hostedZones(route53: Route53): Promise<HostedZone[]> {
  const all = await allPages(async (marker) => {
    const { HostedZones: items, NextMarker: next } = await route53.listHostedZones({ Marker: marker });
    return { items, next };
  });
  return all.map(hostedZone);
}

/** Whether a zone holds a host name. */
export function isWithin(domain: string, zone: string): boolean {
  const [name, parent] = [bareName(domain), bareName(zone)];
  return name === parent || name.endsWith(`.${parent}`);
}

/** As Route 53 compares names: without the dot at the end, in small letters. */
export function bareName(name: string | undefined): string {
  return (name ?? "").replace(/\.$/, "").toLowerCase();
}

/** The records of one name. */
export async function recordsOf(route53: Route53, zoneId: string, name: string): Promise<ResourceRecordSet[]> {
  const found = await route53.listResourceRecordSets({ HostedZoneId: zoneId, StartRecordName: name, MaxItems: 20 });
  return (found.ResourceRecordSets ?? []).filter((record) => bareName(record.Name) === bareName(name));
}

/**
 * The names between a zone and the hosts that it delegates to other name servers. Resolvers never ask the zone for hosts under them.
 */
export async function delegations(route53: Route53, zone: HostedZone, hosts: string[]): Promise<string[]> {
  const names = [...new Set(hosts.flatMap((host) => namesBelow(zone.name, bareName(host))))];
  const records = await Promise.all(names.map((name) => recordsOf(route53, zone.id, name)));
  return names.filter((_, index) => records[index]?.some(({ Type }) => Type === "NS"));
}

/** `a.b.example.com` and `b.example.com` of the host `a.b.example.com` in the zone `example.com`. */
function namesBelow(zone: string, host: string): string[] {
  if (host === zone || !isWithin(host, zone)) {
    return [];
  }
  return [host, ...namesBelow(zone, host.slice(host.indexOf(".") + 1))];
}
