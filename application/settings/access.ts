import { choice, flag, integer, list, secret, text } from "@selfhosted/common";
import { certificate, cidrBlock, hostName, privateKey, subdomain } from "./patterns";

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

function containerCertificate(container: string, port: number) {
  return text({
    description:
      `PEM certificate with which the ${container} container itself serves TLS on ${port}, so that traffic inside the ` +
      "VPC is encrypted too. The load balancer doesn't check it; a self-signed one will do.",
    optional: true,
    pattern: certificate,
    allowed: "a certificate in PEM form",
  });
}

function containerKey(container: string) {
  return secret({
    description: `Private key of the ${container} container's certificate.`,
    optional: true,
    pattern: privateKey,
    allowed: "a private key in PEM form",
  });
}

/** How users reach the installation. */
export const accessSettings = {
  domain: text({
    description: "Domain of the installation. Users find it at api.<domain> and app.<domain>.",
    example: "pulumi.example.com",
    pattern: hostName,
    allowed: "a domain in lower case, such as example.com",
  }),
  subdomain: text({
    description: "What stands between api. or app. and the domain: with `pulumi`, api.pulumi.<domain>.",
    example: "pulumi",
    optional: true,
    pattern: subdomain,
    allowed: "one or more labels in lower case, such as pulumi",
  }),
  certificateArn: text({
    description:
      "ARN of the issued ACM certificate, in the installation's region, that covers both host names. Either this or " +
      "certificateZoneId.",
    optional: true,
    example: "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000",
    pattern: /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    allowed: "the ARN of an ACM certificate",
  }),
  certificateZoneId: text({
    description:
      "Public hosted zone of this account in which a certificate is proven to be yours: it is then requested, and renewed by " +
      "AWS, for api., app. and the domain itself. Either this or certificateArn.",
    optional: true,
    example: "Z0123456789ABCDEFGHIJ",
    pattern: /^[A-Z0-9]{1,32}$/,
    allowed: "the id of a Route 53 hosted zone",
  }),
  internal: flag({
    description:
      "Load balancers in the private subnets, reachable from inside the network only. Changing it replaces them, which " +
      "takes the installation off the air for minutes and needs loadBalancerDeletionProtection off.",
  }),
  dualStack: flag({
    description:
      "Load balancers answer on IPv6 too. In each zone one of their subnets must have an IPv6 network, a public one with a route to the internet.",
  }),
  allowedCidrBlocks: list({
    description:
      "Networks that may reach the API and the console on port 443. Default: everyone, or the VPC where the load " +
      "balancers are internal. The console itself calls the API to sign users in: where the list is short, it must " +
      "hold the addresses of the NAT gateways.",
    example: "203.0.113.0/24",
    optional: true,
    min: 1,
    pattern: cidrBlock,
    allowed: "networks such as 203.0.113.0/24",
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
    min: 5,
    max: 3600,
  }),
  apiTlsCertificate: containerCertificate("API", 8443),
  apiTlsPrivateKey: containerKey("API"),
  consoleTlsCertificate: containerCertificate("console", 3443),
  consoleTlsPrivateKey: containerKey("console"),
  egressCidrBlocks: list({
    description:
      "Networks that the tasks may call, on port 443 and the ports that settings name. Default: all, or the VPC where the " +
      "load balancers are internal. The database, search, S3 and the installation's VPC endpoints are reachable anyway.",
    optional: true,
    example: "10.0.0.0/8",
    pattern: cidrBlock,
    allowed: "networks such as 10.0.0.0/8",
  }),
  apiEgressPorts: list({
    description: "Further ports that the API may call, for a git server or identity provider that isn't on 443.",
    default: [],
    example: "8443",
    pattern: /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/,
    allowed: "port numbers",
  }),
};
