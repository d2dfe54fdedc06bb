import { type AwsClients, contains, type LookUp, prefixListEntries, problemIf, setCommand } from "@selfhosted/common";
import type { Reads } from "../config";
import { outOfReach } from "./access";

interface HealthCheckInputs extends Reads<
  "healthChecks",
  "installation" | "allowedCidrBlocks" | "allowedPrefixListIds"
> {
  zoneAws: Pick<AwsClients, "route53">;
}

/** The load balancers admit Route 53's checkers, where they admit some networks only. */
export const healthChecks: LookUp<HealthCheckInputs> = {
  name: "health checks",
  key: "healthChecks",
  what: ({ upstream: { allowedPrefixListIds: lists = [] } }) =>
    `the networks of Route 53's health checkers${lists.length > 0 ? `, or prefix list ${lists.join(", ")},` : ""}`,
  async check({ config, upstream, zoneAws }, { aws }) {
    const { allowedCidrBlocks: blocks = [], allowedPrefixListIds: lists = [] } = upstream;
    const isLimited = upstream.allowedCidrBlocks !== undefined || lists.length > 0;
    if (!config.healthChecks || !isLimited) {
      return undefined;
    }
    const skipped = lists.length > 0 ? await outOfReach(upstream.installation, aws) : undefined;
    if (skipped !== undefined) {
      return { skipped };
    }
    const entries = await Promise.all(lists.map((id) => prefixListEntries(aws.ec2, id)));
    const { CheckerIpRanges: ranges = [] } = await zoneAws.route53.getCheckerIpRanges({});
    const admitted = [...blocks, ...entries.flat()];
    // The checkers call host names over IPv4 only.
    const refused = ranges.filter(
      (range) => !range.includes(":") && !admitted.some((network) => contains(network, range)),
    );
    const reason = `found true, but the load balancers don't admit Route 53's checkers: ${refused.join(", ")}`;
    // https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
    const fix = `admit them in application/: add the prefix list com.amazonaws.${upstream.installation.region}.route53-healthchecks to allowedPrefixListIds; or ${setCommand("healthChecks", false)}`;
    return {
      detail: `admitted by ${[...(blocks.length > 0 ? ["allowedCidrBlocks"] : []), ...lists].join(", ")}`,
      problems: problemIf(refused.length > 0, { key: "healthChecks", reason, fix }),
    };
  },
};
