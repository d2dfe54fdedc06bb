import type { AwsAnswers } from ".";

/** No load balancers yet. */
export function elb(): AwsAnswers {
  return {
    "elb:DescribeLoadBalancers": ({ Names }) => {
      if (Names !== undefined) {
        throw Object.assign(new Error("One or more load balancers not found"), {
          name: "LoadBalancerNotFoundException",
        });
      }
      return { LoadBalancers: [] };
    },
    "elb:DescribeAccountLimits": () => ({ Limits: [{ Name: "network-load-balancers", Max: "50" }] }),
  };
}
