import type { HostedZone, Route53 } from "@aws-sdk/client-route-53";
import { isWithin } from "../../../dns/hosts";
import { finding, type Finding } from "../report";

/** In the zone ACM can see the proof that the domain is the customer's. */
export async function checkCertificateZone(route53: Route53, zoneId: string, hosts: string[]): Promise<Finding> {
  return judgeCertificateZone((await route53.getHostedZone({ Id: zoneId })).HostedZone, hosts);
}

export function judgeCertificateZone(zone: HostedZone | undefined, hosts: string[]): Finding {
  const name = (zone?.Name ?? "").replace(/\.$/, "");
  const isPrivate = zone?.Config?.PrivateZone ?? false;
  const outside = hosts.filter((host) => !isWithin(host, name));
  return finding(
    "certificate zone",
    !isPrivate && outside.length === 0,
    `${isPrivate ? "private" : "public"} ${name}${outside.length > 0 ? `, which doesn't hold ${outside.join(", ")}` : ""}`,
    "ACM proves a domain in a public zone that holds it: in application/: pulumi config set certificateZoneId <id>",
  );
}
