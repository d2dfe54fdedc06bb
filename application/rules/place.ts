import type { InputRule } from ".";

const certificatePlace: InputRule = ({ config, upstream: { installation } }) => {
  if (config.certificateArn === undefined) {
    return [];
  }
  const [, , , region, account] = config.certificateArn.split(":");
  return region === installation.region && account === installation.accountId
    ? []
    : [
        {
          key: "certificateArn",
          reason:
            `found a certificate of account ${account} in ${region}; a load balancer takes only one of its own account and ` +
            `region, ${installation.accountId} in ${installation.region}`,
          fix: `aws acm list-certificates --region ${installation.region}, then pulumi config set certificateArn <arn>`,
        },
      ];
};

const subnetsOfLoadBalancers: InputRule = ({ config, upstream: { network } }) =>
  config.internal || network.publicSubnetIds.length > 0
    ? []
    : [
        {
          key: "internal",
          reason:
            "found false, but the infrastructure layer names no public subnets, in which load balancers could face the internet",
          fix: "pulumi config set internal true, or set publicSubnetIds in infrastructure/ and deploy it",
        },
      ];

const ipv6Networks: InputRule = ({ config }) => {
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

/** Rules about where the installation stands. */
export const placeRules: InputRule[] = [certificatePlace, subnetsOfLoadBalancers, ipv6Networks];
