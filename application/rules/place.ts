import { ingressNetworks } from "../ingress";
import { subnetProblems } from "../subnets";
import type { InputRule } from "./rule";

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

const subnetsOfLoadBalancers: InputRule = ({ config, upstream: { network } }) => subnetProblems(config, network);

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

/** Clients take the IPv6 address that DNS gives them; where no such network may enter, they wait in vain. */
const ipv6Clients: InputRule = (inputs) => {
  const networks = ingressNetworks(inputs);
  return !inputs.config.dualStack || networks.some((block) => block.includes(":"))
    ? []
    : [
        {
          key: "dualStack",
          reason: `found true, but only IPv4 networks may enter: ${networks.join(", ")}`,
          fix: "name the IPv6 networks too, pulumi config set allowedCidrBlocks <IPv4>,<IPv6>; or pulumi config rm dualStack",
        },
      ];
};

const routerPolicyPlace: InputRule = ({ config, upstream }) => {
  const place = (arn: string): string[] => [1, 4].map((part) => arn.split(":")[part] ?? "");
  const [partition, account] = place(upstream.apiTaskRoleArn);
  const [found, owner] = place(config.logRouterPolicyArn ?? upstream.apiTaskRoleArn);
  return found === partition && [account, "aws"].includes(owner)
    ? []
    : [
        {
          key: "logRouterPolicyArn",
          reason:
            `found a policy of ${owner} in the partition ${found}; a role takes only policies of its own account and ` +
            `partition, ${account} in ${partition}, or of AWS there`,
          fix: "pulumi config set logRouterPolicyArn <arn>",
        },
      ];
};

/** Rules about where the installation stands. */
export const placeRules: InputRule[] = [
  certificatePlace,
  subnetsOfLoadBalancers,
  ipv6Networks,
  ipv6Clients,
  routerPolicyPlace,
];
