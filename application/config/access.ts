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
  ofConfig,
  pairs,
  parseArn,
  pattern,
  port,
  privateKey,
  type Rule,
  secret,
  type SettingArgs,
  subdomain,
  text,
  zoneId,
} from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "./settings";

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
    change: "Users, CLI logins and SAML set-ups use the old names: all of them have to be changed too.",
  }),
  subdomain: text({
    description: "Name between api. or app. and the domain: with `pulumi`, api.pulumi.<domain>.",
    example: "pulumi",
    optional: true,
    shape: subdomain,
    change: "As for domain.",
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
      "Replaces the load balancers: the installation is unavailable for minutes, and loadBalancerDeletionProtection has to be off before.",
  }),
  dualStack: flag({
    description:
      "Load balancers answer on IPv6 too. In each zone one of their subnets must have an IPv6 network, a public one with a route to the internet.",
    change: "Replaces the load balancers, as internal does, where it moves them to other subnets.",
  }),
  allowedCidrBlocks: list({
    description:
      "Networks that may reach the API and the console on port 443. Load balancers that face the internet need this, " +
      "allowedPrefixListIds or openToInternet. Default: the VPC where they are internal; only the networks of allowedPrefixListIds " +
      "where that is set. The console itself calls the API to sign users in: the networks must contain the addresses of the NAT gateways.",
    example: "203.0.113.0/24",
    optional: true,
    min: 1,
    shape: network,
  }),
  allowedPrefixListIds: list({
    description:
      "Prefix lists whose networks may reach the API and the console on port 443, in addition to allowedCidrBlocks. In a security " +
      "group each counts for as many rules as it may have entries.",
    example: "pl-0123456789abcdef0",
    optional: true,
    min: 1,
    shape: pattern(/^pl-[0-9a-f]{8,17}$/, "ids of prefix lists, such as pl-0123456789abcdef0"),
  }),
  openToInternet: flag({
    description:
      "Load balancers that face the internet admit everyone. The first user to sign up becomes the administrator: on a new " +
      "installation name the networks of its users in allowedCidrBlocks, sign up, and open it then.",
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
      "Seconds in which a task that stops may finish its requests, before connections are cut. The product's own advice " +
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

const certificateLocation: Rule<RuleArgs> = ({ config, upstream: { installation, apiTaskRoleArn } }) => {
  const found = parseArn(config.certificateArn ?? "");
  if (found === undefined) {
    return undefined;
  }
  const { region, accountId } = installation;
  const { partition } = parseArn(apiTaskRoleArn) ?? {};
  return found.region === region && found.account === accountId && found.partition === partition
    ? undefined
    : {
        key: "certificateArn",
        reason:
          `found a certificate of account ${found.account} in ${found.region} (${found.partition}); a load balancer ` +
          `takes only one of its own account and region, ${accountId} in ${region} (${partition})`,
        fix: `aws acm list-certificates --region ${region} lists those`,
      };
};

/** The cryptography of the listeners is validated, as that of the API's calls is. */
const validatedListeners: Rule<ApplicationConfig> = ({ fipsEndpoints, tlsPolicy }) =>
  fipsEndpoints &&
  !tlsPolicy.includes("FIPS") && {
    key: "tlsPolicy",
    reason: `fipsEndpoints is on, but the listeners' cryptography, ${tlsPolicy}, isn't validated by FIPS 140`,
    fix: "pulumi config set tlsPolicy ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    severity: "warning",
  };

const protectionInUse: Rule<RuleArgs> = ({ config, upstream: { installation } }, raw) =>
  raw.has("loadBalancerDeletionProtection") &&
  config.loadBalancerDeletionProtection &&
  installation.ephemeral && {
    key: "loadBalancerDeletionProtection",
    reason: "found true, which has no effect: the installation is ephemeral",
    fix: "pulumi config rm loadBalancerDeletionProtection; or set ephemeral false in infrastructure/ and deploy it",
  };

/** The load balancers accept an expired certificate of a container too: a deployment must not wait for a new one. */
const unchecked = { expired: "warning" } as const;

export const accessRules: Rule<RuleArgs>[] = [
  ...ofConfig<ApplicationConfig>(
    exactlyOne("certificateArn", "certificateZoneId", "the load balancers need a certificate"),
    pairs("apiTlsCertificate", "apiTlsPrivateKey", unchecked),
    allOrNone("apiTlsCertificate", "apiTlsPrivateKey"),
    pairs("consoleTlsCertificate", "consoleTlsPrivateKey", unchecked),
    allOrNone("consoleTlsCertificate", "consoleTlsPrivateKey"),
    validatedListeners,
  ),
  certificateLocation,
  protectionInUse,
];
