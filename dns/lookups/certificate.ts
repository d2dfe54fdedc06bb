import { setCommand, uncoveredHosts, type LookUp } from "@selfhosted/common";
import type { Inputs } from "../config";
import { bareDomainOf } from "../hosts";
import { notHome } from "./home";

/** The certificate of the load balancers covers the bare domain too. */
export const bareDomainCertificate: LookUp<Inputs> = {
  name: "certificate of the bare domain",
  key: "bareDomain",
  what: ({ upstream }) => `certificate ${upstream.certificateArn}`,
  async look(inputs, { aws }) {
    const { config, upstream } = inputs;
    if (!config.bareDomain) {
      return undefined;
    }
    const bare = bareDomainOf(upstream.console.domain);
    const arn = upstream.certificateArn;
    const skipped = await notHome(inputs, aws);
    if (skipped !== undefined) {
      return { evidence: "", skipped };
    }
    const { Certificate: found = {} } = await aws.acm.describeCertificate({ CertificateArn: arn });
    const [uncovered] = uncoveredHosts(found, [bare]);
    return {
      evidence: `covers ${bare}`,
      problems:
        uncovered === undefined
          ? []
          : [
              {
                key: "bareDomain",
                reason: `found true, but the certificate of the load balancers, ${arn}, doesn't cover ${bare}`,
                fix: `set a certificate in application/ that covers it too; or ${setCommand("bareDomain", false)}`,
              },
            ],
    };
  },
};
