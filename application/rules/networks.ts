import { canonicalNetwork } from "../networks";
import type { ConfigRule } from "./rule";

/** AWS would write another network than the one that was typed, and the provider refuses that only when it makes the rule. */
const wholeNetworks: ConfigRule = ({ config }) =>
  (["allowedCidrBlocks", "egressCidrBlocks"] as const).flatMap((key) => {
    const typed = config[key] ?? [];
    const wrong = typed.filter((block) => canonicalNetwork(block) !== block);
    const meant = [...new Set(typed.flatMap((block) => canonicalNetwork(block) ?? []))];
    return wrong.length === 0
      ? []
      : [
          {
            key,
            reason: `found ${wrong.map(described).join("; ")}`,
            fix: `pulumi config set ${key} ${meant.join(",")}`,
          },
        ];
  });

function described(block: string): string {
  const written = canonicalNetwork(block);
  return written === undefined ? `${block}, which is no network` : `${block}, which AWS writes as ${written}`;
}

/** Rules of one direction and IP version in a security group: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const mostRules = 60;

const fitIntoGroup: ConfigRule = ({ config: { allowedCidrBlocks = [] } }) => {
  const ipv6 = allowedCidrBlocks.filter((block) => block.includes(":")).length;
  const [kind, count] = ipv6 > mostRules ? ["IPv6", ipv6] : ["IPv4", allowedCidrBlocks.length - ipv6];
  return Number(count) <= mostRules
    ? []
    : [
        {
          key: "allowedCidrBlocks",
          reason: `found ${count} ${kind} networks; a security group takes ${mostRules}`,
          fix: "name larger networks that hold several of them",
        },
      ];
};

/** Rules about networks, as AWS compares and counts them. */
export const networkRules: ConfigRule[] = [wholeNetworks, fitIntoGroup];
