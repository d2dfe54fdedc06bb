import { isIP } from "node:net";
import { ifKnown, type InfrastructureOutputs, ofConfig, type Rule, setCommand } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { routerPorts } from "../task/log-router";
import { settingPorts } from "./destinations";
import {
  egressNetworks,
  hostNetwork,
  hostOf,
  isOwnHost,
  publicNetworks,
  reachesAddress,
  reachesEverything,
} from "./egress";
import { hosts } from "./hosts";
import { internetRules } from "./internet-rules";
import { ipVersions, networksOf, tooManyRules } from "./rule-quota";

type AddressSetting =
  | "httpProxy"
  | "httpsProxy"
  | "smtpServer"
  | "consoleInternalApiEndpoint"
  | "otelEndpoint"
  | "githubOauthEndpoint"
  | "githubApiEndpoint"
  | "gitlabOauthEndpoint"
  | "gitlabApiEndpoint";

/** An IP address is in a network that tasks may call. Those of host names only DNS knows. */
function reachable(
  key: AddressSetting,
  proxyFor: (config: ApplicationConfig, address: string) => string | undefined,
): Rule<RuleArgs> {
  return ({ config, upstream }) => {
    const address = config[key];
    const host = address === undefined ? "" : hostOf(address);
    if (address === undefined || isIP(host) === 0 || isOwnHost(host) || proxyFor(config, address) !== undefined) {
      return undefined;
    }
    const networks = egressNetworks(config, upstream);
    return reachesAddress(host, networks)
      ? undefined
      : {
          key,
          reason: `found ${address}, but the networks that tasks may call don't hold ${host}: ${networks.join(", ")} (egressCidrBlocks)`,
          fix: setCommand("egressCidrBlocks", [...networks, hostNetwork(host)].join(",")),
        };
  };
}

const directly = (): undefined => undefined;

function byProxy({ httpProxy, httpsProxy }: ApplicationConfig, address: string): string | undefined {
  return address.startsWith("https:") ? httpsProxy : httpProxy;
}

/**
 * The console's server calls the API to sign users in: at its public name, unless it has another one. The load balancers' addresses
 * are AWS's, and known only when they exist; the networks that AWS has in a region are this wide.
 */
const consoleReachesApi: Rule<RuleArgs> = ({ config, upstream }) => {
  if (config.internal || config.consoleInternalApiEndpoint !== undefined || config.httpsProxy !== undefined) {
    return undefined;
  }
  const networks = networksOf("IPv4", publicNetworks(config, upstream));
  const { api } = hosts(config);
  const found =
    networks.length === 0
      ? "private networks only"
      : `no networks that hold the API's addresses, only ${networks.slice(0, 3).join(", ")}${networks.length > 3 ? ", …" : ""}`;
  return networks.some((network) => Number(network.split("/")[1]) <= 16)
    ? undefined
    : {
        key: "egressCidrBlocks",
        reason:
          `found ${found}, but the load balancers face the internet: the console couldn't call the API there, which ` +
          "`pulumi login` and sign-in by SAML or OAuth need",
        fix:
          "pulumi config set internal true; or pulumi config rm egressCidrBlocks; or say where the console reaches the API: " +
          `${setCommand("consoleInternalApiEndpoint", `https://${api}`)} where these networks do hold its addresses`,
      };
};

/** A port that is open already, or twice. Numbers, since `08443` is a spelling of 8443. */
const distinctPorts: Rule<ApplicationConfig> = ({ apiEgressPorts }) => {
  const ports = apiEgressPorts.map(Number);
  const kept = [...new Set(ports)].filter((port) => port !== 443);
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  return kept.length === ports.length
    ? undefined
    : {
        key: "apiEgressPorts",
        reason: twice === undefined ? "found 443, which the API may call anyway" : `found port ${twice} more than once`,
        fix: kept.length > 0 ? setCommand("apiEgressPorts", kept.join(",")) : "pulumi config rm apiEgressPorts",
      };
};

/** Every network at every port is a rule of its own; database, search, VPC endpoints, S3 and DynamoDB are one each, of both versions. */
const ruleQuota: Rule<RuleArgs> = ({ config, upstream }) => {
  const all = egressNetworks(config, upstream);
  const ports = new Set([
    443,
    ...settingPorts("api", config),
    ...routerPorts(config),
    ...config.apiEgressPorts.map(Number),
  ]);
  const services = reachesEverything(all) ? [] : ["s3", ...(config.auditLogsTable ? ["dynamodb"] : [])];
  const groups = ["database", ...(upstream.search ? ["search"] : []), ...(hasEndpoints(upstream) ? ["endpoints"] : [])];
  return ipVersions.flatMap((version) => {
    const networks = networksOf(version, all);
    return networks.length === 0
      ? []
      : tooManyRules(ports.size * networks.length + services.length + groups.length, {
          key: "egressCidrBlocks",
          what: `the ${version} networks, each at ${ports.size} ports, and what tasks call besides,`,
          fix: "name larger networks that hold several of them",
        });
  });
};

/** Whether the installation has VPC endpoints; their group isn't known before it is made. */
function hasEndpoints(upstream: InfrastructureOutputs): boolean {
  return ifKnown(() => ({ id: upstream.endpointsSecurityGroupId }))?.id !== undefined;
}

/** Rules over what tasks may call. */
export const egressRules: Rule<RuleArgs>[] = [
  ...ofConfig<ApplicationConfig>(distinctPorts),
  consoleReachesApi,
  ...internetRules,
  reachable("httpProxy", directly),
  reachable("httpsProxy", directly),
  reachable("smtpServer", directly),
  reachable("consoleInternalApiEndpoint", directly),
  reachable("otelEndpoint", byProxy),
  reachable("githubOauthEndpoint", byProxy),
  reachable("githubApiEndpoint", byProxy),
  reachable("gitlabOauthEndpoint", byProxy),
  reachable("gitlabApiEndpoint", byProxy),
  ruleQuota,
];
