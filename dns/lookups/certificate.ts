import { type LookUp, problemIf, setCommand, uncoveredHosts } from "@selfhosted/common";
import type { Reads } from "../config";
import { bareDomainOf } from "../hosts";
import { outOfReach } from "./access";

/** The certificate of the load balancers covers the bare domain too. */
export const bareDomainCertificate: LookUp<Reads<"bareDomain", "installation" | "console" | "certificateArn">> = {
  name: "certificate of the bare domain",
  key: "bareDomain",
  what: ({ upstream }) => `certificate ${upstream.certificateArn}`,
  async check({ config, upstream }, { aws }) {
    if (!config.bareDomain) {
      return undefined;
    }
    const bare = bareDomainOf(upstream.console.domain);
    const arn = upstream.certificateArn;
    const skipped = await outOfReach(upstream.installation, aws);
    if (skipped !== undefined) {
      return { skipped };
    }
    const { Certificate: found = {} } = await aws.acm.describeCertificate({ CertificateArn: arn });
    const [uncovered] = uncoveredHosts(found, [bare]);
    const reason = `found true, but the certificate of the load balancers, ${arn}, doesn't cover ${bare}`;
    const fix = `set a certificate in application/ that covers it too; or ${setCommand("bareDomain", false)}`;
    return {
      detail: `covers ${bare}`,
      problems: problemIf(uncovered !== undefined, { key: "bareDomain", reason, fix }),
    };
  },
};
