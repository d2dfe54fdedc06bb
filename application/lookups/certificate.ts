import {
  alwaysIn,
  certificateDetail,
  certificateProblems,
  type ConfigProblem,
  delegations,
  hostedZone,
  isWithin,
  type LookUp,
  namedLookUp,
  parseArn,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";
import { hosts } from "../network/hosts";

/** The existing certificate covers the installation's names, and load balancers can use it. */
export const certificate: LookUp<RuleArgs> = namedLookUp(
  "certificate",
  "certificate",
  "certificateArn",
  async (arn, { config, upstream: { installation } }, { aws }) => {
    const { region, account } = parseArn(arn) ?? {};
    if (region !== installation.region || account !== installation.accountId) {
      // A rule says so already.
      return { skipped: "it is of another account or region" };
    }
    const { api, console } = hosts(config);
    const { Certificate: found = {} } = await aws.acm.describeCertificate({ CertificateArn: arn });
    return {
      detail: certificateDetail(found),
      problems: certificateProblems(found, [api, console], new Date()),
    };
  },
);

/** The zone is public and holds the installation's names, so that ACM can validate them. */
export const certificateZone: LookUp<RuleArgs> = namedLookUp(
  "certificate zone",
  "hosted zone",
  "certificateZoneId",
  async (id, { config }, { aws }) => {
    const zone = hostedZone(alwaysIn(await aws.route53.getHostedZone({ Id: id }), "HostedZone"));
    const { api, console, domain } = hosts(config);
    const outside = [api, console, domain].filter((host) => !isWithin(host, zone.name));
    const reasons = [
      ...(zone.private
        ? [`zone ${zone.name} (${zone.id}) is private; ACM sees the proof of a domain in a public one`]
        : []),
      ...(outside.length > 0 ? [`zone ${zone.name} (${zone.id}) doesn't hold ${outside.join(", ")}`] : []),
      ...(await delegations(aws.route53, zone, [api, console, domain])).map(
        (name) => `zone ${zone.name} (${zone.id}) delegates ${name} to another zone, and ACM looks for the proof there`,
      ),
    ];
    return {
      detail: `public ${zone.name} (${zone.id})`,
      problems: reasons.map((reason): ConfigProblem => ({
        key: "certificateZoneId",
        reason,
        fix: `set it to the public zone that holds ${domain}: aws route53 list-hosted-zones-by-name --dns-name ${domain}`,
      })),
    };
  },
);
