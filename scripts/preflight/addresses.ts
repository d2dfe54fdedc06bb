import { allPages, alwaysIn, type AwsClients } from "@selfhosted/common";
import type { CheckResult } from "../report";
import type { Plan } from "./plan";
import { addressesOfServices } from "./quotas";

/** A subnet with what is left of its network. */
export interface FreeSubnet {
  id: string;
  zone: string;
  free: number;
}

/**
 * AWS makes a load balancer only where as many are free in each of its subnets, and it then takes one of them
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html). There are two.
 */
const forLoadBalancers = 9;

/** The private subnets, in the order of the configuration; none once the services are there, which have their addresses. */
export async function describeSubnets(ec2: AwsClients["ec2"], plan: Plan): Promise<FreeSubnet[]> {
  const ids = plan.infrastructure.privateSubnetIds;
  const found = await allPages(async (NextToken) => {
    const page = await ec2.describeSubnets({ Filters: [{ Name: "subnet-id", Values: ids }], NextToken });
    return { items: page.Subnets, next: page.NextToken };
  });
  return ids.flatMap((id) => {
    const subnet = found.find(({ SubnetId }) => SubnetId === id);
    return subnet === undefined
      ? []
      : [{ id, zone: alwaysIn(subnet, "AvailabilityZone"), free: alwaysIn(subnet, "AvailableIpAddressCount") }];
  });
}

/**
 * The private subnets have room for the services when they have grown to their maximum and roll: each then runs twice as many tasks. What all
 * installations need at first, the infrastructure layer checks.
 */
export function checkAddresses(subnets: FreeSubnet[], plan: Plan): CheckResult {
  const { internal } = plan.application;
  const firstOfZones = subnets.filter(({ zone }, index) => subnets.findIndex((each) => each.zone === zone) === index);
  const crowded = internal ? firstOfZones.filter(({ free }) => free < forLoadBalancers) : [];
  if (crowded.length > 0) {
    return {
      name: "addresses for load balancers",
      key: "privateSubnetIds",
      verdict: "fail",
      detail: `AWS makes two load balancers only in subnets where ${forLoadBalancers} addresses are free; found ${shown(crowded)}`,
      fix: "free addresses there, or name a larger subnet of that zone first: in infrastructure/: pulumi config set privateSubnetIds …",
    };
  }
  const name = "addresses for tasks";
  const most = addressesOfServices(plan, "maxTasks");
  const taken = 2 * most + (internal ? 2 * firstOfZones.length : 0);
  const free = subnets.reduce((sum, each) => sum + each.free, 0);
  return taken <= free
    ? { name, verdict: "ok", detail: `${taken} at most, ${free} are free` }
    : {
        name,
        key: "apiMaxTasks",
        verdict: "warn",
        detail: `${most} tasks at most take ${taken} addresses while they roll, and ${free} are free in ${shown(subnets)}`,
        fix: "add a private subnet, or lower apiMaxTasks and consoleMaxTasks: in application/: pulumi config set apiMaxTasks …",
      };
}

/** Such as `subnet-0a1b2c3d (12)`. */
function shown(subnets: FreeSubnet[]): string {
  return subnets.map(({ id, free }) => `${id} (${free})`).join(", ");
}
