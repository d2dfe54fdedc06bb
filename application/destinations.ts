import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Container } from "@selfhosted/common";
import type { ApplicationConfig } from "./config";
import { egressNetworks, hostOf, isOwnHost, reachesEverything } from "./egress";
import { addressesOf } from "./environment/settings";
import { registryOf, type Image } from "./images";
import type { Inputs } from "./inputs";
import type { Destination } from "./task-network";

export function toDatabase({ upstream: { database } }: Inputs): Destination {
  return { what: "database", port: database.port, to: { securityGroupId: database.securityGroupId } };
}

export function toSearch({ upstream: { search } }: Inputs): Destination[] {
  return search ? [{ what: "search", port: 443, to: { securityGroupId: search.securityGroupId } }] : [];
}

/** What lies outside of the installation, at these ports: the allowed networks, the VPC endpoints, S3. */
export function toOutside(inputs: Inputs, ports: number[], opts: pulumi.InvokeOptions): Destination[] {
  return [...toEndpoints(inputs, 443), ...toService("s3", inputs, opts), ...toNetworks(inputs, ports)];
}

/** The mail server, where it is SES behind one of the installation's VPC endpoints; others lie in the allowed networks. */
export function toMail(inputs: Inputs): Destination[] {
  const { smtpServer } = inputs.config;
  return smtpServer?.startsWith("email-smtp.") ? portsOf(smtpServer).flatMap((port) => toEndpoints(inputs, port)) : [];
}

/** The installation's VPC endpoints, where it made some. */
function toEndpoints({ upstream: { endpointsSecurityGroupId: securityGroupId } }: Inputs, port: number): Destination[] {
  const what = port === 443 ? "endpoints" : `endpoints-${port}`;
  return securityGroupId ? [{ what, port, to: { securityGroupId } }] : [];
}

/**
 * A service behind a gateway endpoint, by its public addresses, where the networks don't hold them anyway. Images and buckets
 * are read from S3.
 */
export function toService(service: "s3" | "dynamodb", inputs: Inputs, opts: pulumi.InvokeOptions): Destination[] {
  if (reachesEverything(inputs)) {
    return [];
  }
  const name = `com.amazonaws.${inputs.upstream.installation.region}.${service}`;
  // China begins some names with `cn.`; which ones is for AWS to know.
  const list = aws.ec2.getPrefixListOutput(
    { filters: [{ name: "prefix-list-name", values: [name, `cn.${name}`] }] },
    opts,
  );
  return [{ what: service, port: 443, to: { prefixListId: list.id } }];
}

function toNetworks(inputs: Inputs, ports: number[]): Destination[] {
  return [...new Set(ports)].flatMap((port) =>
    egressNetworks(inputs).map((cidrBlock) => ({ what: `port-${port}-${cidrBlock}`, port, to: { cidrBlock } })),
  );
}

/** The ports of the registries that a task pulls its images from, through its own security group. */
export function registryPorts(...images: (Image | undefined)[]): number[] {
  return portsOf(...images.map((image) => image && registryOf(image.uri)));
}

/** The ports of the addresses that a container's settings name. */
export function settingPorts(container: Container, config: ApplicationConfig): number[] {
  return portsOf(...addressesOf(container, config));
}

/** The ports of these addresses (`host:port` or URLs), but for those of the task itself. */
function portsOf(...addresses: (string | undefined)[]): number[] {
  return addresses
    .filter((address) => address !== undefined)
    .filter((address) => !isOwnHost(hostOf(address)))
    .map((address) => new URL(address.includes("://") ? address : `tcp://${address}`))
    .map(({ port, protocol }) => Number(port || (protocol === "http:" ? 80 : 443)));
}
