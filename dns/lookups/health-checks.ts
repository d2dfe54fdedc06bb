import { contains, prefixListEntries, setCommand, type LookUp } from "@selfhosted/common";
import type { ZoneInputs } from ".";
import { notHome } from "./home";

/** The load balancers admit Route 53's checkers, where they admit some networks only. */
export const healthChecks: LookUp<ZoneInputs> = {
  name: "health checks",
  key: "healthChecks",
  what: ({ upstream: { allowedPrefixListIds: lists = [] } }) =>
    `the networks of Route 53's health checkers${lists.length > 0 ? `, or prefix list ${lists.join(", ")},` : ""}`,
  async look(inputs, { aws }) {
    const { config, upstream, zoneAws } = inputs;
    const { allowedCidrBlocks: blocks = [], allowedPrefixListIds: lists = [] } = upstream;
    const isLimited = upstream.allowedCidrBlocks !== undefined || lists.length > 0;
    if (!config.healthChecks || !isLimited) {
      return undefined;
    }
    const skipped = lists.length > 0 ? await notHome(inputs, aws) : undefined;
    if (skipped !== undefined) {
      return { evidence: "", skipped };
    }
    const entries = await Promise.all(lists.map((id) => prefixListEntries(aws.ec2, id)));
    const { CheckerIpRanges: ranges = [] } = await zoneAws.route53.getCheckerIpRanges({});
    const admitted = [...blocks, ...entries.flat()];
    // To a host name they call on IPv4 only.
    const out = ranges.filter((range) => !range.includes(":") && !admitted.some((network) => contains(network, range)));
    return {
      evidence: `admitted by ${[...(blocks.length > 0 ? ["allowedCidrBlocks"] : []), ...lists].join(", ")}`,
      problems:
        out.length === 0
          ? []
          : [
              {
                key: "healthChecks",
                reason: `found true, but the load balancers don't admit Route 53's checkers: ${out.join(", ")}`,
                // https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
                fix: `admit them in application/: add the prefix list com.amazonaws.${upstream.installation.region}.route53-healthchecks to allowedPrefixListIds; or ${setCommand("healthChecks", false)}`,
              },
            ],
    };
  },
};
