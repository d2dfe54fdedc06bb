import type { AwsAnswers, Values } from "@selfhosted/common/testing";
import { vpcId } from "../installation";

export interface Zone {
  id: string;
  name?: string;
  isPrivate?: boolean;
  vpcs?: string[];
}

/** Answers of Route 53 with these zones, and records by their name. */
export function route53(zones: Zone[], records: Record<string, Values[]> = {}): Partial<AwsAnswers> {
  const all = zones.map(({ id, name = "example.com", isPrivate = false }) => ({
    Id: `/hostedzone/${id}`,
    Name: `${name}.`,
    Config: { PrivateZone: isPrivate },
  }));
  return {
    // A page for each zone.
    "route53:ListHostedZones": ({ Marker: start = "0" }) => {
      const next = Number(start) + 1;
      return { HostedZones: all.slice(next - 1, next), ...(next < all.length && { NextMarker: String(next) }) };
    },
    "route53:GetHostedZone": ({ Id }) => {
      const [found] = all.filter((each) => each.Id.endsWith(String(Id)));
      const zone = zones.find(({ id }) => String(Id).endsWith(id));
      return { HostedZone: found, ...(zone?.vpcs && { VPCs: zone.vpcs.map((VPCId) => ({ VPCId })) }) };
    },
    "route53:ListResourceRecordSets": ({ StartRecordName: name }) => ({
      ResourceRecordSets: [
        ...(records[String(name)] ?? []).map((record) => ({ Name: `${String(name)}.`, ...record })),
        { Name: "zzz.example.com.", Type: "CNAME" },
      ],
    }),
  };
}

/** The private zone that is associated with the installation's VPC. */
export const own: Zone = { id: "ZPRIVATE", isPrivate: true, vpcs: [vpcId] };
export const zones: Zone[] = [
  { id: "ZPUBLIC" },
  own,
  { id: "ZELSEWHERE", isPrivate: true, vpcs: ["vpc-2"] },
  { id: "ZNEXT", name: "example.net" },
];
