import type { ElasticLoadBalancingV2, LoadBalancer } from "@aws-sdk/client-elastic-load-balancing-v2";
import { finding, type Finding } from "../report";

/**
 * The deployed load balancers keep their subnets. AWS adds some to a network load balancer and takes none away, so the provider
 * replaces one that is to lose a subnet: an outage of minutes, which deletion protection ends half-way, without a listener.
 *
 * @param wanted the subnets of each load balancer, by the configuration.
 */
export async function checkSubnetsStay(
  elb: ElasticLoadBalancingV2,
  arns: string[],
  wanted: string[],
): Promise<Finding[]> {
  const deployed = await describeAll(elb, arns);
  const used = deployed.flatMap(({ AvailabilityZones: zones = [] }) => zones.map(({ SubnetId = "" }) => SubnetId));
  const lost = [...new Set(used)].filter((id) => !wanted.includes(id));
  if (lost.length === 0) {
    return [];
  }
  const attributes = await Promise.all(arns.map((arn) => elb.describeLoadBalancerAttributes({ LoadBalancerArn: arn })));
  const isProtected = attributes.some(({ Attributes: each = [] }) =>
    each.some(({ Key, Value }) => Key === "deletion_protection.enabled" && Value === "true"),
  );
  return [
    finding(
      "load balancers",
      false,
      `would lose ${lost.join(", ")}, which replaces them: an outage of minutes` +
        (isProtected ? ", and deletion protection stops it half-way" : ""),
      "to keep them, name these subnets again, before others of their zones" +
        (isProtected
          ? "; to replace them, deploy loadBalancerDeletionProtection false in application/ first, with the old subnets"
          : ""),
      isProtected ? "fail" : "warn",
    ),
  ];
}

/** None where one was deleted outside of Pulumi: the next deployment makes it anew. */
async function describeAll(elb: ElasticLoadBalancingV2, arns: string[]): Promise<LoadBalancer[]> {
  try {
    return (await elb.describeLoadBalancers({ LoadBalancerArns: arns })).LoadBalancers ?? [];
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("LoadBalancerNotFound")) {
      return [];
    }
    throw error;
  }
}
