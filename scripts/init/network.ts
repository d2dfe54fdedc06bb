import type { Subnet, SubnetKey } from "../../infrastructure/exports";
import { type Choice, type Choose, type Known, nothing } from "./choice";
import type { Facts, Vpc } from "./facts";

const needed = ["privateSubnetIds", "isolatedSubnetIds"] as const;

const routes: Record<SubnetKey, string> = {
  publicSubnetIds: "a route to an internet gateway",
  privateSubnetIds: "a way out through NAT, a transit gateway or the like",
  isolatedSubnetIds: "no route out",
};

export const chooseVpc: Choose = (facts) => {
  const { vpcs, region } = facts;
  const fit = vpcs.filter((vpc) => lacking(vpc).length === 0);
  const [first] = fit;
  if (first === undefined) {
    const each = vpcs.map((vpc) => `${described(vpc)}: ${lacking(vpc).join(", ")}`).join("; ");
    const reason = each === "" ? `${region} has no VPC in this account` : `no VPC is fit. ${each}`;
    return nothing("vpcId", "vpcs", facts, reason, subnetsToMake);
  }
  return fit.length === 1
    ? {
        key: "vpcId",
        value: first.id,
        because: `${vpcs.length === 1 ? "the only VPC" : `the only one of ${vpcs.length} VPCs with private and isolated subnets in two zones`}: ${described(first)}`,
      }
    : {
        key: "vpcId",
        asks: "VPC to install in",
        choices: fit.map((vpc) => ({ value: vpc.id, name: `${described(vpc)}, ${counts(vpc)}` })),
      };
};

export const choosePrivateSubnets: Choose = (facts, known) => chooseSubnets("privateSubnetIds", facts, known);

export const chooseIsolatedSubnets: Choose = (facts, known) => chooseSubnets("isolatedSubnetIds", facts, known);

/** Those in the zones of the tasks; none where the VPC has them in fewer than two of those, or where nobody is to come from outside. */
export const choosePublicSubnets: Choose = (facts, { vpcId, privateSubnetIds, internal }) => {
  const vpc = facts.vpcs.find(({ id }) => id === vpcId);
  if (vpc === undefined || privateSubnetIds === undefined || internal === "true") {
    return undefined;
  }
  const all = Object.values(vpc.subnets).flat();
  const zones = zonesOf(all.filter(({ id }) => privateSubnetIds.split(",").includes(id)));
  const candidates = vpc.subnets.publicSubnetIds.filter(({ availabilityZone }) => zones.includes(availabilityZone));
  return zonesOf(candidates).length < 2 ? undefined : oneInEachZone("publicSubnetIds", candidates, vpc);
};

/** @returns nothing until the public subnets are decided, where there are some. */
export const chooseInternal: Choose = (facts, known) => {
  const { privateSubnetIds, publicSubnetIds, vpcId = "" } = known;
  if (publicSubnetIds !== undefined) {
    const because = `users come from the internet, through the public subnets; \`internal: true\` has them come from inside only`;
    return { key: "internal", value: "false", because, isDefault: true };
  }
  return privateSubnetIds === undefined || choosePublicSubnets(facts, known) !== undefined
    ? undefined
    : {
        key: "internal",
        value: "true",
        because: `${vpcId} has no public subnets in two zones of the private ones, so that users come from inside the network only`,
      };
};

/** Never decided: where they face the internet, load balancers admit nobody whom the operator doesn't name. */
export const chooseClients: Choose = (_facts, { internal, publicSubnetIds, allowedPrefixListIds, openToInternet }) =>
  internal === "true" ||
  publicSubnetIds === undefined ||
  allowedPrefixListIds !== undefined ||
  openToInternet === "true"
    ? undefined
    : {
        key: "allowedCidrBlocks",
        asks:
          "Networks that may reach API and console, such as that of your office. The first user to sign up becomes the administrator: " +
          "add others when you have signed up. Everyone at once would be 0.0.0.0/0",
      };

function chooseSubnets(key: (typeof needed)[number], facts: Facts, { vpcId, privateSubnetIds = "" }: Known): Choice {
  if (vpcId === undefined) {
    return undefined;
  }
  const vpc = facts.vpcs.find(({ id }) => id === vpcId);
  if (vpc === undefined) {
    const others = facts.vpcs.map(described).join(", ") || "none";
    const reason = `${vpcId} doesn't exist in account ${facts.accountId}, ${facts.region}; found: ${others}`;
    return nothing(key, "vpcs", facts, reason, "name one of these in vpcId, or another region");
  }
  // Private ones that reach AWS by VPC endpoints only have the routes of isolated ones.
  const candidates = vpc.subnets[key].filter(({ id }) => !privateSubnetIds.split(",").includes(id));
  return zonesOf(candidates).length < 2
    ? { key, reason: `${described(vpc)}: ${lack(key, candidates)}`, fix: subnetsToMake }
    : oneInEachZone(key, candidates, vpc);
}

/** All candidates where each is alone in its zone; which of several is meant, only the network's owner knows. */
function oneInEachZone(key: SubnetKey, candidates: Subnet[], vpc: Vpc): Choice {
  const zones = zonesOf(candidates);
  const firsts = zones.flatMap(
    (zone) => candidates.find(({ availabilityZone }) => availabilityZone === zone)?.id ?? [],
  );
  return firsts.length === candidates.length
    ? { key, value: firsts.join(","), because: `${routes[key]}; one in each of ${zones.join(", ")}` }
    : {
        key,
        asks: `Subnets of ${vpc.id} with ${routes[key]}, in two zones or more`,
        choices: candidates.map(({ id, cidrBlock, availabilityZone }) => ({
          value: id,
          name: `${id} ${cidrBlock} in ${availabilityZone}`,
        })),
        several: firsts,
      };
}

const subnetsToMake =
  "make private subnets (default route to a NAT gateway) and isolated ones (a route table without default route) in two zones each, " +
  "then run init again; or, where the private ones reach AWS by VPC endpoints only, answer vpcId and privateSubnetIds";

/** Which kinds of subnets a VPC lacks. */
function lacking({ subnets }: Vpc): string[] {
  return needed.filter((key) => zonesOf(subnets[key]).length < 2).map((key) => lack(key, subnets[key]));
}

function lack(key: SubnetKey, subnets: Subnet[]): string {
  const zones = zonesOf(subnets);
  return `${kindOf(key)} subnets (${routes[key]}) in ${zones.length === 0 ? "no zone" : `${zones.join()} only`}`;
}

function counts({ subnets }: Vpc): string {
  const keys = Object.keys(subnets) as SubnetKey[];
  return `${keys.map((key) => `${subnets[key].length} ${kindOf(key)}`).join(", ")} subnets`;
}

function described({ id, name, cidrBlock }: Vpc): string {
  return [id, ...(name === undefined ? [] : [name]), cidrBlock].join(" ");
}

function kindOf(key: SubnetKey): string {
  return key.replace("SubnetIds", "");
}

function zonesOf(subnets: Subnet[]): string[] {
  return [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))];
}
