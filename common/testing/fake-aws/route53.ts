import type { AwsAnswers } from ".";

interface Zone {
  Id: string;
  Name: string;
  Config: { PrivateZone: boolean };
}

const zone = (id: string, isPrivate: boolean): Zone => ({
  Id: `/hostedzone/${id}`,
  Name: "example.com.",
  Config: { PrivateZone: isPrivate },
});
const zones = [zone("Z0PUBLICZONE", false), zone("Z0PRIVATEZONE", true)];

/**
 * The zone example.com, public and private; the private one is associated with every VPC that the tests' installations are in. It
 * has no records but its own.
 */
export function route53(): AwsAnswers {
  return {
    "route53:ListHostedZones": () => ({ HostedZones: zones, IsTruncated: false }),
    "route53:GetHostedZone": ({ Id }) => {
      const found = zones.find(({ Id: id }) => id.endsWith(`/${String(Id).replace("/hostedzone/", "")}`));
      if (found === undefined) {
        throw Object.assign(new Error(`No hosted zone found with ID: ${String(Id)}`), { name: "NoSuchHostedZone" });
      }
      const VPCs = ["vpc-1", "vpc-0123456789abcdef0"].map((VPCId) => ({ VPCId }));
      return { HostedZone: found, ...(found.Config.PrivateZone && { VPCs }) };
    },
    "route53:ListResourceRecordSets": () => ({ ResourceRecordSets: [], IsTruncated: false }),
    "route53:GetCheckerIpRanges": () => ({ CheckerIpRanges: ["15.177.0.0/18", "54.183.255.128/26"] }),
  };
}
