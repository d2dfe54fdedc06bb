import { ConfigOf, ConfigProblem, flag, list, Rule, text } from "@selfhosted/common";

const subnetIds = { pattern: /^subnet-[0-9a-f]{8,17}$/, allowed: "subnet ids" };

/** The customer's network. Only what AWS tells about these ids is used; nothing in it is changed. */
export const networkSettings = {
  vpcId: text({
    description: "The VPC to install in. DNS resolution and DNS host names must be on.",
    example: "vpc-0a1b2c3d4e5f60718",
    pattern: /^vpc-[0-9a-f]{8,17}$/,
    allowed: "the id of a VPC",
  }),
  publicSubnetIds: list({
    ...subnetIds,
    description:
      "Subnets with a route to an internet gateway, for the load balancers: the first of each zone, in two or more zones of the private " +
      "subnets. Leave it out for a private installation.",
    example: "subnet-0a1b2c3d,subnet-1a2b3c4d",
    default: [],
  }),
  publicSubnetsBehindFirewall: flag({
    description:
      "The public subnets reach the internet gateway through a firewall: their default route goes to a VPC endpoint of AWS Network " +
      "Firewall or a Gateway Load Balancer. The firewall must let clients in on port 443.",
  }),
  privateSubnetIds: list({
    ...subnetIds,
    description:
      "Subnets for the services: out through NAT, a transit gateway or a firewall, or with VPC endpoints only (endpointsEnabled). " +
      "Tasks run in those zones that the load balancers have too.",
    example: "subnet-2a3b4c5d,subnet-3a4b5c6d",
    min: 2,
  }),
  isolatedSubnetIds: list({
    ...subnetIds,
    description: "Subnets for the database, without any route out of the VPC.",
    example: "subnet-4a5b6c7d,subnet-5a6b7c8d",
    min: 2,
  }),
};

type Config = ConfigOf<typeof networkSettings>;

export const subnetKeys = ["publicSubnetIds", "privateSubnetIds", "isolatedSubnetIds"] as const;

export const networkRules: Rule<Config>[] = [publicInTwoZones, disjoint, firewallOfSubnets];

function publicInTwoZones({ publicSubnetIds }: Config): ConfigProblem[] {
  return publicSubnetIds.length === 1
    ? [
        {
          key: "publicSubnetIds",
          reason: "found one subnet; allowed: two or more in different zones, or none for a private installation",
        },
      ]
    : [];
}

function disjoint(config: Config): ConfigProblem[] {
  return subnetKeys.flatMap((key, index) =>
    subnetKeys
      .slice(index + 1)
      .flatMap((other) =>
        config[key]
          .filter((id) => config[other].includes(id))
          .map((id) => ({ key: other, reason: `${id} is also in ${key}; a subnet is of one kind` })),
      ),
  );
}

function firewallOfSubnets({ publicSubnetIds, publicSubnetsBehindFirewall }: Config): ConfigProblem[] {
  const key = "publicSubnetsBehindFirewall";
  return publicSubnetsBehindFirewall && publicSubnetIds.length === 0
    ? [{ key, reason: "has no effect without publicSubnetIds", fix: `pulumi config rm ${key}` }]
    : [];
}
