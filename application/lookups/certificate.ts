import {
  alwaysIn,
  certificateEvidence,
  certificateProblems,
  delegations,
  hostedZone,
  isWithin,
  type ConfigProblem,
  type LookUp,
} from "@selfhosted/common";
import type { Inputs } from "../config";
import { hosts } from "../hosts";

/** The certificate that the customer brings is one that the load balancers can serve the installation's names with. */
export const certificate: LookUp<Inputs> = {
  name: "certificate",
  key: "certificateArn",
  what: ({ config }) => `certificate ${config.certificateArn}`,
  async look({ config, upstream: { installation } }, { aws }) {
    const { certificateArn: arn } = config;
    if (arn === undefined) {
      return undefined;
    }
    const [, , , region, account] = arn.split(":");
    if (region !== installation.region || account !== installation.accountId) {
      // A rule says so already.
      return { evidence: "", skipped: "it is of another account or region" };
    }
    const { api, console } = hosts(config);
    const { Certificate: found = {} } = await aws.acm.describeCertificate({ CertificateArn: arn });
    return {
      evidence: certificateEvidence(found),
      problems: certificateProblems(found, [api, console], new Date()),
    };
  },
};

/** In the zone ACM can see the proof that the domain is the customer's. */
export const certificateZone: LookUp<Inputs> = {
  name: "certificate zone",
  key: "certificateZoneId",
  what: ({ config }) => `hosted zone ${config.certificateZoneId}`,
  async look({ config }, { aws }) {
    const { certificateZoneId: id } = config;
    if (id === undefined) {
      return undefined;
    }
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
      evidence: `public ${zone.name} (${zone.id})`,
      problems: reasons.map((reason): ConfigProblem => ({
        key: "certificateZoneId",
        reason,
        fix: `set it to the public zone that holds ${domain}: aws route53 list-hosted-zones-by-name --dns-name ${domain}`,
      })),
    };
  },
};
