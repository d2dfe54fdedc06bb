import { type InfrastructureOutputs, ofConfig, type Rule, setCommand } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { isPrivate, isReserved } from "./egress";
import type { Clients } from "./load-balancer";
import { ipVersions, networksOf, tooManyRules } from "./rule-quota";

/** The settings that say who may call the load balancers. */
type IngressConfig = Pick<
  ApplicationConfig,
  "allowedCidrBlocks" | "allowedPrefixListIds" | "internal" | "dualStack" | "openToInternet"
>;

/**
 * The networks that may call the load balancers, besides the prefix lists.
 *
 * @param upstream its network is read only where nothing is configured.
 */
function ingressNetworks(config: IngressConfig, upstream: Pick<InfrastructureOutputs, "network">): string[] {
  if (isLimited(config)) {
    return config.allowedCidrBlocks ?? [];
  }
  if (config.internal) {
    return upstream.network.vpcCidrBlocks;
  }
  return config.openToInternet ? ["0.0.0.0/0", ...(config.dualStack ? ["::/0"] : [])] : [];
}

/** Whether a list says who may call. */
export function isLimited(config: Pick<IngressConfig, "allowedCidrBlocks" | "allowedPrefixListIds">): boolean {
  return config.allowedCidrBlocks !== undefined || config.allowedPrefixListIds !== undefined;
}

/** Who may call the load balancers. */
export function clients(config: IngressConfig, upstream: Pick<InfrastructureOutputs, "network">): Clients {
  return { cidrBlocks: ingressNetworks(config, upstream), prefixListIds: config.allowedPrefixListIds ?? [] };
}

const ipv6Networks: Rule<ApplicationConfig> = ({ allowedCidrBlocks, dualStack }) => {
  const ipv6 = networksOf("IPv6", allowedCidrBlocks);
  return dualStack || ipv6.length === 0
    ? undefined
    : {
        key: "allowedCidrBlocks",
        reason: `found the IPv6 networks ${ipv6.join(", ")}, but the load balancers answer on IPv4 only`,
        fix: "pulumi config set dualStack true",
      };
};

/** Nobody becomes reachable from the whole internet by leaving something out: who signs up first administers the installation. */
const openOnPurpose: Rule<ApplicationConfig> = (config) => {
  if (isLimited(config)) {
    return (
      config.openToInternet && {
        key: "openToInternet",
        reason:
          "found true, which has no effect: only the networks of allowedCidrBlocks and allowedPrefixListIds may enter",
        fix: "pulumi config rm openToInternet",
        severity: "warning",
      }
    );
  }
  return (
    !config.internal &&
    !config.openToInternet && {
      key: "allowedCidrBlocks",
      reason:
        "not set, and nothing else says who may call the load balancers, which face the internet: the first user to sign up becomes " +
        "the administrator",
      fix:
        `name the networks of the users, such as ${setCommand("allowedCidrBlocks", "203.0.113.0/24")}; or let everyone in, as releases ` +
        "before did where nothing was set: pulumi config set openToInternet true",
    }
  );
};

/** Clients take the IPv6 address that DNS gives them; where no IPv6 network is allowed, they wait in vain. */
const ipv6Clients: Rule<RuleArgs> = ({ config, upstream }) => {
  // Only AWS knows the IP version of a prefix list.
  if (!config.dualStack || config.allowedPrefixListIds !== undefined) {
    return undefined;
  }
  const networks = ingressNetworks(config, upstream);
  if (networks.length === 0) {
    return undefined;
  }
  const example = [...networks, "2001:db8::/32"].join(",");
  return networksOf("IPv6", networks).length > 0
    ? undefined
    : {
        key: "dualStack",
        reason: `found true, but only IPv4 networks may enter: ${networks.join(", ")}`,
        fix: `name the IPv6 networks too, such as ${setCommand("allowedCidrBlocks", example)}; or pulumi config rm dualStack`,
      };
};

/** Of networks alone; where there are prefix lists too, a look-up counts both. */
const ruleQuota: Rule<ApplicationConfig> = ({ allowedCidrBlocks }) =>
  ipVersions.flatMap((version) =>
    tooManyRules(networksOf(version, allowedCidrBlocks).length, {
      key: "allowedCidrBlocks",
      what: `the ${version} networks`,
      fix: "name larger networks that hold several of them",
    }),
  );

const possibleClients: Rule<ApplicationConfig> = ({ allowedCidrBlocks = [], allowedPrefixListIds, internal }) => {
  const reserved = allowedCidrBlocks.filter(isReserved);
  const isShut = !internal && allowedPrefixListIds === undefined && allowedCidrBlocks.every(isPrivate);
  const rest = allowedCidrBlocks.filter((network) => !reserved.includes(network));
  if (reserved.length > 0) {
    return {
      key: "allowedCidrBlocks",
      reason: `found ${reserved.join(", ")}, from which no client can call: not an address of a machine in a network`,
      fix: rest.length > 0 ? setCommand("allowedCidrBlocks", rest.join(",")) : "name the networks of the users",
    };
  }
  return allowedCidrBlocks.length === 0 || !isShut
    ? undefined
    : {
        key: "allowedCidrBlocks",
        reason:
          `found private networks only (${allowedCidrBlocks.join(", ")}), but the load balancers face the internet, where clients ` +
          "come with public addresses: nobody could call",
        fix: "pulumi config set internal true; or name the public addresses of the users' networks",
      };
};

/** Rules over the networks of clients. */
export const ingressRules: Rule<RuleArgs>[] = [
  ...ofConfig<ApplicationConfig>(openOnPurpose, ruleQuota, ipv6Networks, possibleClients),
  ipv6Clients,
];
