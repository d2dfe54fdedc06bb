import type { ManagedPrefixList } from "@aws-sdk/client-ec2";
import { allPages, type ConfigProblem, ifKnown, type LookUp, problemIf, setCommand } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { ipVersions, networksOf, tooManyRules } from "../network/rule-quota";

/**
 * Rules that a prefix list of AWS counts for; a customer's counts for its maximum of entries.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
const weights: [nameEnd: string, rules: number][] = [
  [".cloudfront.origin-facing", 55],
  [".route53-healthchecks", 25],
  [".vpc-lattice", 10],
  [".s3express", 6],
  [".groundstation", 5],
];

type PrefixList = Pick<ManagedPrefixList, "PrefixListId" | "PrefixListName" | "AddressFamily" | "MaxEntries">;

/** The prefix lists of clients exist, in the region, and a security group has room for them. */
export const prefixLists: LookUp<RuleArgs> = {
  name: "prefix lists",
  key: "allowedPrefixListIds",
  what: ({ config }) => `prefix list ${config.allowedPrefixListIds?.join(", ")}`,
  async check({ config }, { aws }) {
    const { allowedPrefixListIds: ids = [] } = config;
    if (ids.length === 0) {
      return undefined;
    }
    const found = await allPages(async (token) => {
      const Filters = [{ Name: "prefix-list-id", Values: ids }];
      const page = await aws.ec2.describeManagedPrefixLists({ Filters, NextToken: token });
      return { items: page.PrefixLists, next: page.NextToken };
    });
    const missing = ids.filter((id) => found.every(({ PrefixListId }) => PrefixListId !== id));
    return {
      detail: found.map((list) => `${list.PrefixListId} (${list.PrefixListName}, ${rulesOf(list)} rules)`).join(", "),
      problems: [
        ...missing.map((id) => ({
          key: "allowedPrefixListIds",
          reason: `prefix list ${id} doesn't exist in this account and region`,
        })),
        // What isn't valid by itself silences only what needs it.
        ...(ifKnown(() => wrongVersion(config, found)) ?? []),
        ...(ifKnown(() => tooMany(config, found)) ?? []),
      ],
    };
  },
};

function idsOf(lists: PrefixList[]): string {
  return lists.map(({ PrefixListId: id }) => id).join(", ");
}

/** How many rules a security group counts for a list. */
function rulesOf({ PrefixListName: name = "", MaxEntries: most }: PrefixList): number {
  return most ?? weights.find(([end]) => name.endsWith(end))?.[1] ?? 1;
}

/** Clients take the IPv6 address that DNS gives them, and only where the load balancers have one. */
function wrongVersion(config: ApplicationConfig, found: PrefixList[]): ConfigProblem[] {
  const ipv6 = found.filter(({ AddressFamily: family }) => family === "IPv6");
  if (!config.dualStack) {
    const reason = `${idsOf(ipv6)} hold IPv6 networks, but the load balancers answer on IPv4 only`;
    return problemIf(ipv6.length > 0, { key: "allowedPrefixListIds", reason, fix: setCommand("dualStack", true) });
  }
  const admitsIpv6 = ipv6.length > 0 || networksOf("IPv6", config.allowedCidrBlocks).length > 0;
  return problemIf(!admitsIpv6 && found.length > 0, {
    key: "dualStack",
    reason: `found true, but only IPv4 networks may enter, and clients take the IPv6 address that DNS gives them`,
    fix: "name a prefix list of IPv6 networks too; or pulumi config rm dualStack",
  });
}

/** Networks and lists together; where there are networks alone, a rule counts them. */
function tooMany(config: ApplicationConfig, found: PrefixList[]): ConfigProblem[] {
  return ipVersions.flatMap((version) => {
    const lists = found.filter(({ AddressFamily: family }) => family === version);
    const blocks = networksOf(version, config.allowedCidrBlocks).length;
    const count = lists.reduce((sum, list) => sum + rulesOf(list), blocks);
    return lists.length === 0
      ? []
      : tooManyRules(count, {
          key: "allowedPrefixListIds",
          what: `${idsOf(lists)}, each with its maximum of entries, used or not, and the ${version} networks of allowedCidrBlocks`,
          fix: "lower the maximum of entries of the lists",
        });
  });
}
