import {
  allOrNone,
  certificate,
  choice,
  exactlyOne,
  flag,
  hostName,
  integer,
  list,
  network,
  pairs,
  pattern,
  placeOf,
  port,
  privateKey,
  secret,
  setCommand,
  subdomain,
  text,
  zoneId,
  type Rule,
  type SettingArgs,
} from "@selfhosted/common";
import { isNobodys, isPrivate, publicNetworks } from "../egress";
import { networksOf, tooManyRules } from "../group-rules";
import { hosts } from "../hosts";
import { ingressNetworks } from "../ingress";
import { own, type Inputs } from "../inputs";
import { subnetProblems } from "../subnets";
import type { ApplicationConfig } from "./settings";

/**
 * Policies with TLS 1.3, and 1.2 with forward secrecy at most.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
 */
export const tlsPolicies = [
  "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  "ELBSecurityPolicy-TLS13-1-2-2021-06",
  "ELBSecurityPolicy-TLS13-1-3-2021-06",
  "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
  "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
] as const;

function containerCertificate(container: string, containerPort: number, env: SettingArgs["env"]) {
  return text({
    description:
      `PEM certificate with which the ${container} container itself serves TLS on ${containerPort}, so that traffic inside the VPC is ` +
      "encrypted too. The load balancer doesn't check it; a self-signed one will do.",
    optional: true,
    shape: certificate,
    env,
  });
}

function containerKey(of: string, env: SettingArgs["env"]) {
  return secret({ description: `Private key of ${of}.`, optional: true, shape: privateKey, env });
}

/** How users reach the installation. */
export const accessSettings = {
  domain: text({
    description: "Domain of the installation. The API is at its host api, the console at its host app.",
    example: "pulumi.example.com",
    shape: hostName,
    change:
      "Users, CLI logins and SAML set-ups know the installation by the old names: they all have to be changed too.",
  }),
  subdomain: text({
    description: "What stands between api. or app. and the domain: with `pulumi`, api.pulumi.<domain>.",
    example: "pulumi",
    optional: true,
    shape: subdomain,
    change: "As that of domain.",
  }),
  certificateArn: text({
    description:
      "ARN of the issued ACM certificate, in the installation's region, that covers both host names. Either this or " +
      "certificateZoneId.",
    optional: true,
    example: "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000",
    shape: pattern(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, "the ARN of an ACM certificate"),
  }),
  certificateZoneId: text({
    description:
      "Public hosted zone of this account in which a certificate is proven to be yours: it is then requested, and renewed by " +
      "AWS, for api., app. and the domain itself. Either this or certificateArn.",
    optional: true,
    example: "Z0123456789ABCDEFGHIJ",
    shape: zoneId,
  }),
  internal: flag({
    description: "Load balancers in the private subnets, reachable from inside the network only.",
    change:
      "Replaces the load balancers: the installation is off the air for minutes, and loadBalancerDeletionProtection has to be off before.",
  }),
  dualStack: flag({
    description:
      "Load balancers answer on IPv6 too. In each zone one of their subnets must have an IPv6 network, a public one with a route to the internet.",
    change: "Replaces the load balancers, as internal does, where it moves them to other subnets.",
  }),
  allowedCidrBlocks: list({
    description:
      "Networks that may reach the API and the console on port 443. Default: everyone, or the VPC where the load " +
      "balancers are internal; nobody else than allowedPrefixListIds where those are set. The console itself calls the API to sign " +
      "users in: the networks must hold the addresses of the NAT gateways.",
    example: "203.0.113.0/24",
    optional: true,
    min: 1,
    shape: network,
  }),
  allowedPrefixListIds: list({
    description:
      "Prefix lists whose networks may reach the API and the console on port 443, beside allowedCidrBlocks. In a security group each " +
      "counts as many rules as it may have entries.",
    example: "pl-0123456789abcdef0",
    optional: true,
    min: 1,
    shape: pattern(/^pl-[0-9a-f]{8,17}$/, "ids of prefix lists, such as pl-0123456789abcdef0"),
  }),
  tlsPolicy: choice(tlsPolicies, {
    description: "Security policy of the TLS listeners. Those with FIPS in their name use validated cryptography.",
    default: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  }),
  loadBalancerLogs: flag({
    description: "Access logs of the load balancers, in the installation's bucket for logs.",
    default: true,
  }),
  loadBalancerDeletionProtection: flag({
    description: "AWS refuses to delete the load balancers. Always off in an ephemeral installation.",
    default: true,
  }),
  preserveClientAddress: flag({
    description:
      "The API sees, and writes into its audit log, the client's address instead of the load balancer's; with dualStack only that of " +
      "IPv4 clients. Turn it off only where a container must call its own public name.",
    default: true,
  }),
  drainSeconds: integer({
    description:
      "Seconds that a task which leaves may finish its requests, before connections are cut. The product's own advice " +
      "is 120: a long upload of state isn't cut.",
    default: 120,
    unit: "seconds",
    min: 5,
    max: 3600,
  }),
  apiTlsCertificate: containerCertificate("API", 8443, { api: "API_TLS_CERTIFICATE" }),
  apiTlsPrivateKey: containerKey("apiTlsCertificate", { api: "API_TLS_PRIVATE_KEY" }),
  consoleTlsCertificate: containerCertificate("console", 3443, { console: "CONSOLE_TLS_CERTIFICATE" }),
  consoleTlsPrivateKey: containerKey("consoleTlsCertificate", { console: "CONSOLE_TLS_PRIVATE_KEY" }),
  egressCidrBlocks: list({
    description:
      "Networks that the tasks may call, on port 443 and the ports that settings name. Default: all, or the VPC where the " +
      "load balancers are internal. The database, search, S3 and the installation's VPC endpoints are reachable anyway.",
    optional: true,
    example: "10.0.0.0/8",
    shape: network,
  }),
  apiEgressPorts: list({
    description: "Further ports that the API may call, for a git server or identity provider that isn't on 443.",
    default: [],
    example: "8443",
    shape: port,
  }),
};

const certificatePlace: Rule<Inputs> = ({ config, upstream: { installation, apiTaskRoleArn } }) => {
  const found = placeOf(config.certificateArn ?? "");
  if (found === undefined) {
    return [];
  }
  const { partition, region, account } = found;
  const here = placeOf(apiTaskRoleArn)?.partition;
  return region === installation.region && account === installation.accountId && partition === here
    ? []
    : [
        {
          key: "certificateArn",
          reason:
            `found a certificate of account ${account} in ${region} (${partition}); a load balancer takes only one of its own ` +
            `account and region, ${installation.accountId} in ${installation.region} (${here})`,
          fix: `aws acm list-certificates --region ${installation.region} shows those`,
        },
      ];
};

/**
 * A DNS name has 253 characters at most, the first name of a certificate 64
 * (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html).
 */
const shortHosts: Rule<ApplicationConfig> = (config) => {
  const { api } = hosts(config);
  const [most, of] = config.certificateZoneId === undefined ? [253, "DNS"] : [64, "a certificate of ACM"];
  return api.length <= most
    ? []
    : [
        {
          key: "domain",
          reason: `the API's host, ${api}, has ${api.length} characters; ${of} takes ${most}`,
          fix:
            config.certificateZoneId === undefined
              ? "shorten domain or subdomain"
              : "shorten domain or subdomain; or set certificateArn, of a certificate that names it second, in place of certificateZoneId",
        },
      ];
};

const subnetsOfLoadBalancers: Rule<Inputs> = ({ config, upstream: { network } }) => subnetProblems(config, network);

const ipv6Networks: Rule<ApplicationConfig> = (config) => {
  const ipv6 = (config.allowedCidrBlocks ?? []).filter((block) => block.includes(":"));
  return config.dualStack || ipv6.length === 0
    ? []
    : [
        {
          key: "allowedCidrBlocks",
          reason: `found the IPv6 networks ${ipv6.join(", ")}, but the load balancers answer on IPv4 only`,
          fix: "pulumi config set dualStack true",
        },
      ];
};

/** Clients take the IPv6 address that DNS gives them; where no such network may enter, they wait in vain. */
const ipv6Clients: Rule<Inputs> = ({ config, upstream }) => {
  // Whether a prefix list is one of IPv6, only AWS knows.
  if (!config.dualStack || config.allowedPrefixListIds !== undefined) {
    return [];
  }
  const networks = ingressNetworks({ config, upstream });
  const example = [...networks, "2001:db8::/32"].join(",");
  return networks.some((block) => block.includes(":"))
    ? []
    : [
        {
          key: "dualStack",
          reason: `found true, but only IPv4 networks may enter: ${networks.join(", ")}`,
          fix: `name the IPv6 networks too, such as ${setCommand("allowedCidrBlocks", example)}; or pulumi config rm dualStack`,
        },
      ];
};

/** With prefix lists beside them, a look-up counts both. */
const fitIntoGroup: Rule<ApplicationConfig> = ({ allowedCidrBlocks }) =>
  (["IPv4", "IPv6"] as const).flatMap((version) =>
    tooManyRules(networksOf(version, allowedCidrBlocks).length, {
      key: "allowedCidrBlocks",
      what: `the ${version} networks`,
      fix: "name larger networks that hold several of them",
    }),
  );

/**
 * The console's server calls the API to sign users in: at its public name, unless it has another one. The load balancers' addresses
 * are AWS's, and known only when they exist; the networks that AWS has in a region are this wide.
 */
const consoleReachesApi: Rule<Inputs> = (inputs) => {
  const { config } = inputs;
  if (config.internal || config.consoleInternalApiEndpoint !== undefined || config.httpsProxy !== undefined) {
    return [];
  }
  const networks = publicNetworks(inputs).filter((network) => !network.includes(":"));
  const { api } = hosts(config);
  const found =
    networks.length === 0
      ? "private networks only"
      : `no networks that hold the API's addresses, only ${networks.slice(0, 3).join(", ")}${networks.length > 3 ? ", …" : ""}`;
  return networks.some((network) => Number(network.split("/")[1]) <= 16)
    ? []
    : [
        {
          key: "egressCidrBlocks",
          reason:
            `found ${found}, but the load balancers face the internet: the console couldn't call the API there, which ` +
            "`pulumi login` and sign-in by SAML or OAuth need",
          fix:
            "pulumi config set internal true; or pulumi config rm egressCidrBlocks; or say where the console reaches the API: " +
            `${setCommand("consoleInternalApiEndpoint", `https://${api}`)} where these networks do hold its addresses`,
        },
      ];
};

/** The allowed networks are some that clients come from. */
const someClients: Rule<ApplicationConfig> = ({ allowedCidrBlocks = [], allowedPrefixListIds, internal }) => {
  const nobodys = allowedCidrBlocks.filter(isNobodys);
  const isShut = !internal && allowedPrefixListIds === undefined && allowedCidrBlocks.every(isPrivate);
  const rest = allowedCidrBlocks.filter((network) => !nobodys.includes(network));
  if (nobodys.length > 0) {
    return [
      {
        key: "allowedCidrBlocks",
        reason: `found ${nobodys.join(", ")}, from which no client can call: not an address of a machine in a network`,
        fix: rest.length > 0 ? setCommand("allowedCidrBlocks", rest.join(",")) : "name the networks of the users",
      },
    ];
  }
  return allowedCidrBlocks.length === 0 || !isShut
    ? []
    : [
        {
          key: "allowedCidrBlocks",
          reason:
            `found private networks only (${allowedCidrBlocks.join(", ")}), but the load balancers face the internet, where clients ` +
            "come with public addresses: nobody could call",
          fix: "pulumi config set internal true; or name the public addresses of the users' networks",
        },
      ];
};

/** `api.` and `app.` are put in front of the domain; who types them gets them twice. */
const repeatedNames: Rule<ApplicationConfig> = (config) => {
  const { domain, subdomain = "" } = config;
  const bare = `.${subdomain}`
    .replace(new RegExp(`\\.${domain.replaceAll(".", "\\.")}$`), "")
    .replace(/^\.(api|app)(?=\.|$)/, "")
    .slice(1);
  return bare === subdomain
    ? []
    : [
        {
          key: "subdomain",
          reason: `found ${subdomain}, which repeats what stands around it: users would find the API at ${hosts(config).api}`,
          fix: bare === "" ? "pulumi config rm subdomain" : setCommand("subdomain", bare),
        },
      ];
};

/** The listeners' cryptography is validated, as the API's calls are. */
const validatedListeners: Rule<ApplicationConfig> = ({ fipsEndpoints, tlsPolicy }) =>
  fipsEndpoints && !tlsPolicy.includes("FIPS")
    ? [
        {
          key: "tlsPolicy",
          reason: `fipsEndpoints is on, but the listeners' cryptography, ${tlsPolicy}, isn't validated by FIPS 140`,
          fix: "pulumi config set tlsPolicy ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
          severity: "warning",
        },
      ]
    : [];

const protectionInUse: Rule<Inputs> = ({ config, upstream: { installation } }, typed) =>
  typed.has("loadBalancerDeletionProtection") && config.loadBalancerDeletionProtection && installation.ephemeral
    ? [
        {
          key: "loadBalancerDeletionProtection",
          reason: "found true, which has no effect: the installation is ephemeral",
          fix: "pulumi config rm loadBalancerDeletionProtection; or set ephemeral false in infrastructure/ and deploy it",
        },
      ]
    : [];

/** A port that is open already, or twice. Numbers, since `08443` is a spelling of 8443. */
const newPorts: Rule<ApplicationConfig> = ({ apiEgressPorts }) => {
  const ports = apiEgressPorts.map(Number);
  const kept = [...new Set(ports)].filter((port) => port !== 443);
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  return kept.length === ports.length
    ? []
    : [
        {
          key: "apiEgressPorts",
          reason:
            twice === undefined ? "found 443, which the API may call anyway" : `found port ${twice} more than once`,
          fix: kept.length > 0 ? setCommand("apiEgressPorts", kept.join(",")) : "pulumi config rm apiEgressPorts",
        },
      ];
};
/** The load balancers take an expired certificate of a container too: a deployment must not wait for a new one. */
const unchecked = { expired: "warning" } as const;

export const accessRules: Rule<Inputs>[] = [
  ...own(
    exactlyOne("certificateArn", "certificateZoneId", "the load balancers need a certificate"),
    shortHosts,
    pairs("apiTlsCertificate", "apiTlsPrivateKey", unchecked),
    allOrNone("apiTlsCertificate", "apiTlsPrivateKey"),
    pairs("consoleTlsCertificate", "consoleTlsPrivateKey", unchecked),
    allOrNone("consoleTlsCertificate", "consoleTlsPrivateKey"),
    fitIntoGroup,
    ipv6Networks,
    someClients,
    repeatedNames,
    newPorts,
    validatedListeners,
  ),
  certificatePlace,
  subnetsOfLoadBalancers,
  ipv6Clients,
  consoleReachesApi,
  protectionInUse,
];
