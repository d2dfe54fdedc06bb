import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentFacts } from "./environment/variables";
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
  return [...toEndpoints(facts), ...toS3(facts, opts), ...toNetworks(facts, ports)];
}

/** The installation's VPC endpoints, where it made some. */
function toEndpoints({ upstream: { endpointsSecurityGroupId } }: Facts): Destination[] {
  return endpointsSecurityGroupId
    ? [{ what: "endpoints", port: 443, to: { securityGroupId: endpointsSecurityGroupId } }]
    : [];
}

/** S3 by its public addresses, where the networks don't hold them anyway: images and buckets are read from there. */
function toS3({ config, upstream }: Facts, opts: pulumi.InvokeOptions): Destination[] {
  if (config.egressCidrBlocks.includes("0.0.0.0/0")) {
    return [];
  }
  const name = `com.amazonaws.${upstream.installation.region}.s3`;
  return [{ what: "s3", port: 443, to: { prefixListId: aws.ec2.getPrefixListOutput({ name }, opts).id } }];
}

function toNetworks({ config }: Facts, ports: number[]): Destination[] {
  return [...new Set(ports)].flatMap((port) =>
    config.egressCidrBlocks.map((cidrBlock) => ({ what: `port-${port}-${cidrBlock}`, port, to: { cidrBlock } })),
  );
}

/** The ports of these addresses (`host:port` or URLs), but for those of the task itself. */
export function portsOf(...addresses: (string | undefined)[]): number[] {
  return addresses
    .filter((address) => address !== undefined)
    .map((address) => new URL(address.includes("://") ? address : `tcp://${address}`))
    .filter(({ hostname }) => !["localhost", "127.0.0.1"].includes(hostname))
    .map(({ port, protocol }) => Number(port || (protocol === "http:" ? 80 : 443)));
}
