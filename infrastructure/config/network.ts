import { type ConfigOf, flag, list, onlyWith, pattern, type Rule, text } from "@selfhosted/common";

const subnetIds = pattern(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, "subnet ids", idIn);

/** The id at the end of an ARN. */
function idIn(text: string): string {
  return text.replace(/^arn:.*\//, "");
}

/** The customer's network. Nothing in it is changed. */
export const networkSettings = {
  vpcId: text({
    description: "The VPC to install in. DNS resolution and DNS host names must be on.",
    example: "vpc-0a1b2c3d4e5f60718",
    shape: pattern(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, "the id of a VPC", idIn),
    change: "Can't be changed: AWS moves no database to another VPC, and a new one would be empty.",
  }),
  publicSubnetIds: list({
    shape: subnetIds,
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
    shape: subnetIds,
    description:
      "Subnets for the services: out through NAT, a transit gateway or a firewall, or with VPC endpoints only (endpointsEnabled). " +
      "Tasks run in those zones that the load balancers have too.",
    example: "subnet-2a3b4c5d,subnet-3a4b5c6d",
    min: 2,
  }),
  isolatedSubnetIds: list({
    shape: subnetIds,
    description: "Subnets for the database, without any route out of the VPC.",
    change: "More can be added; AWS keeps those in which an instance of the database lies.",
    example: "subnet-4a5b6c7d,subnet-5a6b7c8d",
    min: 2,
  }),
};

type Config = ConfigOf<typeof networkSettings>;

export const subnetKeys = ["publicSubnetIds", "privateSubnetIds", "isolatedSubnetIds"] as const;

const publicInTwoZones: Rule<Config> = ({ publicSubnetIds }) =>
  publicSubnetIds.length === 1 && {
    key: "publicSubnetIds",
    reason: "found one subnet; allowed: two or more in different zones, or none for a private installation",
  };

/** One problem for each pair of kinds, at the second of them. */
const disjoint: Rule<Config> = (config) =>
  subnetKeys.flatMap((key, index) => {
    const earlier = subnetKeys.slice(0, index);
    return earlier.map((first) => {
      const both = config[key].filter((id) => earlier.filter((each) => config[each].includes(id)).join() === first);
      const are = both.length === 1 ? "is" : "are";
      const reason = `${both.join(", ")} ${are} also in ${first}; a subnet is of one kind`;
      return both.length > 0 && { key, reason };
    });
  });

export const networkRules: Rule<Config>[] = [
  publicInTwoZones,
  disjoint,
  onlyWith(["publicSubnetsBehindFirewall"], "publicSubnetIds"),
];
