import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { egressNetworks, reachesEverything } from "./egress";
import type { EnvironmentFacts } from "./environment/variables";
import type { Image } from "./images";
import type { Destination } from "./task-network";

type Facts = Pick<EnvironmentFacts, "config" | "upstream">;

export function toDatabase({ upstream: { database } }: Facts): Destination {
  return { what: "database", port: database.port, to: { securityGroupId: database.securityGroupId } };
}

export function toSearch({ upstream: { search } }: Facts): Destination[] {
  return search ? [{ what: "search", port: 443, to: { securityGroupId: search.securityGroupId } }] : [];
}

/** What lies outside of the installation, at these ports: the allowed networks, the VPC endpoints, S3. */
export function toOutside(facts: Facts, ports: number[], opts: pulumi.InvokeOptions): Destination[] {
  return [...toEndpoints(facts, 443), ...toService("s3", facts, opts), ...toNetworks(facts, ports)];
}

/** The mail server, where it is SES behind one of the installation's VPC endpoints; others lie in the allowed networks. */
export function toMail(facts: Facts): Destination[] {
  const { smtpServer } = facts.config;
  return smtpServer?.startsWith("email-smtp.") ? portsOf(smtpServer).flatMap((port) => toEndpoints(facts, port)) : [];
}

/** The installation's VPC endpoints, where it made some. */
function toEndpoints({ upstream: { endpointsSecurityGroupId: securityGroupId } }: Facts, port: number): Destination[] {
  const what = port === 443 ? "endpoints" : `endpoints-${port}`;
  return securityGroupId ? [{ what, port, to: { securityGroupId } }] : [];
}

/**
 * A service behind a gateway endpoint, by its public addresses, where the networks don't hold them anyway. Images and buckets
 * are read from S3.
 */
export function toService(service: "s3" | "dynamodb", facts: Facts, opts: pulumi.InvokeOptions): Destination[] {
  if (reachesEverything(facts)) {
    return [];
  }
  const name = `com.amazonaws.${facts.upstream.installation.region}.${service}`;
  // China begins some names with `cn.`; which ones is for AWS to know.
  const list = aws.ec2.getPrefixListOutput(
    { filters: [{ name: "prefix-list-name", values: [name, `cn.${name}`] }] },
    opts,
  );
  return [{ what: service, port: 443, to: { prefixListId: list.id } }];
}

function toNetworks(facts: Facts, ports: number[]): Destination[] {
  return [...new Set(ports)].flatMap((port) =>
    egressNetworks(facts).map((cidrBlock) => ({ what: `port-${port}-${cidrBlock}`, port, to: { cidrBlock } })),
  );
}

/** The ports of the registries that a task pulls its images from, through its own security group. */
export function registryPorts(...images: (Image | undefined)[]): number[] {
  return portsOf(...images.map((image) => image?.uri.split("/")[0]));
}

/** The ports of these addresses (`host:port` or URLs), but for those of the task itself. */
export function portsOf(...addresses: (string | undefined)[]): number[] {
  return addresses
    .filter((address) => address !== undefined)
    .map((address) => new URL(address.includes("://") ? address : `tcp://${address}`))
    .filter(({ hostname }) => !["localhost", "127.0.0.1"].includes(hostname))
    .map(({ port, protocol }) => Number(port || (protocol === "http:" ? 80 : 443)));
}
