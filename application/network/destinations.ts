import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Container, InfrastructureOutputs } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import { addressesOf } from "../environment/settings";
import { type Image, type Images, registryOf } from "../task/images";
import { routerPorts } from "../task/log-router";
import { type EgressConfig, egressNetworks, hostOf, isOwnHost, reachesEverything } from "./egress";
import type { Destination } from "./task-network";

/** What is outside of the installation, and its VPC endpoints. */
interface OutsideArgs {
  config: EgressConfig;
  upstream: Pick<InfrastructureOutputs, "endpointsSecurityGroupId" | "installation" | "network">;
}

interface ServiceArgs extends OutsideArgs {
  /** All of it: any setting with an address opens the port of that. */
  config: ApplicationConfig;
  images: Images;
}

export interface ApiDestinationArgs extends ServiceArgs {
  upstream: OutsideArgs["upstream"] & Pick<InfrastructureOutputs, "database" | "search">;
}

export interface ConsoleDestinationArgs extends ServiceArgs {
  /** Of the API's load balancer, where the console signs users in. An internal one is called inside of the network, and has to admit it. */
  apiSecurityGroupId: pulumi.Input<string>;
}

export interface MigrationDestinationArgs extends OutsideArgs {
  upstream: OutsideArgs["upstream"] & Pick<InfrastructureOutputs, "database">;
  image: Image;
}

/** What tasks of the API call, those for background jobs too. */
export function apiDestinations(args: ApiDestinationArgs, opts: pulumi.InvokeOptions): Destination[] {
  const { config, upstream } = args;
  const ports = [...servicePorts("api", args), ...config.apiEgressPorts.map(Number)];
  return [
    toDatabase(upstream),
    ...(upstream.search ? [toGroup("search", 443, upstream.search.securityGroupId)] : []),
    ...toMail(args),
    ...(config.auditLogsTable ? toService("dynamodb", args, opts) : []),
    ...toOutside(args, ports, opts),
  ];
}

/** What tasks of the console call. */
export function consoleDestinations(args: ConsoleDestinationArgs, opts: pulumi.InvokeOptions): Destination[] {
  return [
    ...(args.config.internal ? [toGroup("api", 443, args.apiSecurityGroupId)] : []),
    ...toOutside(args, servicePorts("console", args), opts),
  ];
}

/** What the migration's task calls. */
export function migrationDestinations(args: MigrationDestinationArgs, opts: pulumi.InvokeOptions): Destination[] {
  return [toDatabase(args.upstream), ...toOutside(args, [443, ...registryPorts(args.image)], opts)];
}

function toDatabase({ database }: Pick<InfrastructureOutputs, "database">): Destination {
  return toGroup("database", database.port, database.securityGroupId);
}

function toGroup(what: string, port: number, securityGroupId: pulumi.Input<string>): Destination {
  return { what, port, to: { securityGroupId } };
}

/** What is outside of the installation, at these ports: the allowed networks, the VPC endpoints, S3. */
function toOutside(args: OutsideArgs, ports: number[], opts: pulumi.InvokeOptions): Destination[] {
  const networks = egressNetworks(args.config, args.upstream);
  return [
    ...toEndpoints(args.upstream, 443),
    ...toService("s3", args, opts),
    ...[...new Set(ports)].flatMap((port) =>
      networks.map((cidrBlock) => ({ what: `port-${port}-${cidrBlock}`, port, to: { cidrBlock } })),
    ),
  ];
}

/** The mail server, where it is SES behind one of the installation's VPC endpoints; others are in the allowed networks. */
function toMail({ config: { smtpServer }, upstream }: ApiDestinationArgs): Destination[] {
  return smtpServer?.startsWith("email-smtp.")
    ? portsOf(smtpServer).flatMap((port) => toEndpoints(upstream, port))
    : [];
}

/** The installation's VPC endpoints, where it made some. */
function toEndpoints({ endpointsSecurityGroupId: id }: OutsideArgs["upstream"], port: number): Destination[] {
  return id ? [toGroup(port === 443 ? "endpoints" : `endpoints-${port}`, port, id)] : [];
}

/**
 * A service behind a gateway endpoint, by its public addresses, where the networks don't hold them anyway. Images and buckets
 * are read from S3.
 */
function toService(
  service: "s3" | "dynamodb",
  { config, upstream }: OutsideArgs,
  opts: pulumi.InvokeOptions,
): Destination[] {
  if (reachesEverything(egressNetworks(config, upstream))) {
    return [];
  }
  const name = `com.amazonaws.${upstream.installation.region}.${service}`;
  // China begins some names with `cn.`; which ones is for AWS to know.
  const list = aws.ec2.getPrefixListOutput(
    { filters: [{ name: "prefix-list-name", values: [name, `cn.${name}`] }] },
    opts,
  );
  return [{ what: service, port: 443, to: { prefixListId: list.id } }];
}

/** The ports outside of the installation that a service calls. */
function servicePorts(service: "api" | "console", { config, images }: ServiceArgs): number[] {
  return [
    443,
    ...settingPorts(service, config),
    ...registryPorts(images[service], images.logRouter),
    ...routerPorts(config),
  ];
}

/** The ports of the registries that a task pulls its images from, through its own security group. */
function registryPorts(...images: (Image | undefined)[]): number[] {
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
