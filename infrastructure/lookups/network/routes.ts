import {
  type ConfigProblem,
  defaultRoutes,
  isBlackhole,
  isIpv4Route,
  isPropagated,
  plural,
  problemIf,
  routeTableOf,
  setCommand,
  toInternetGateway,
  vpcEndpointOf,
} from "@selfhosted/common";
import { subnetKeys } from "../../config/network";
import { type NetworkFacts, reachesInternet, type Subnet, type SubnetKey } from "../../network/network";

/** What a subnet's kind follows from. */
type RoutingFacts = Pick<NetworkFacts, "routeTables" | "behindFirewall">;

/** Subnets whose routes aren't those of their kind. */
export function routeProblems(facts: NetworkFacts): ConfigProblem[] {
  const exchanged = exchangedKinds(facts);
  return exchanged !== undefined
    ? [exchanged]
    : [
        ...deadRoutes(facts),
        ...noFirewall(facts),
        ...behindEndpoint(facts),
        ...withoutInternet(facts),
        ...openPrivate(facts),
        ...leakyIsolated(facts),
        ...linkedIsolated(facts),
      ];
}

/** The kind of subnets that a setting names, such as `public`. */
export function kindOf(key: SubnetKey): string {
  return key.replace("SubnetIds", "");
}

/** The key for a subnet with such routes. */
export function keyByRoutes(id: string, { routeTables, behindFirewall }: RoutingFacts): SubnetKey {
  const routes = defaultRoutes(id, routeTables);
  if (routes.some((route) => reachesInternet(route, { behindFirewall }))) {
    return "publicSubnetIds";
  }
  return routes.length > 0 ? "privateSubnetIds" : "isolatedSubnetIds";
}

/** The key for subnets that all have such routes; undefined where they differ. */
function commonKey(subnets: Subnet[], facts: RoutingFacts): SubnetKey | undefined {
  const keys = subnets.map(({ id }) => keyByRoutes(id, facts));
  return new Set(keys).size === 1 ? keys[0] : undefined;
}

/** Subnets configured as each other's kind. */
function exchangedKinds(facts: NetworkFacts): ConfigProblem | undefined {
  const given = subnetKeys.filter((key) => facts.subnets[key].length > 0);
  const real = given.map((key) => commonKey(facts.subnets[key], facts));
  const wrong = given.filter((key, index) => real[index] !== key);
  const isExchange = new Set(real).size === given.length && given.every((key) => real.includes(key));
  if (wrong.length === 0 || !isExchange) {
    return undefined;
  }
  const sentences = wrong.map((key) => {
    const kind = real[given.indexOf(key)] ?? key;
    return `${key} has the ${kindOf(kind)} ones`;
  });
  const commands = wrong.map((key) => {
    const source = given[real.indexOf(key)] ?? key;
    return setCommand(key, facts.subnets[source].map(({ id }) => id).join(","));
  });
  return {
    key: wrong[0] ?? "privateSubnetIds",
    reason: `the kinds of subnets are exchanged: by their routes, ${sentences.join(" and ")}`,
    fix: commands.join(" && "),
  };
}

/** No public subnet has a firewall before the internet gateway, though the settings say so. */
function noFirewall({ behindFirewall, subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const routes = subnets.publicSubnetIds.flatMap(({ id }) => defaultRoutes(id, routeTables));
  const key = "publicSubnetsBehindFirewall";
  return problemIf(behindFirewall && routes.length > 0 && routes.every(toInternetGateway), {
    key,
    reason: "has no effect: the default routes of the public subnets go to an internet gateway",
    fix: `pulumi config rm ${key}`,
    severity: "warning",
  });
}

/** Public subnets without an IPv4 route to the internet. */
function offline(facts: NetworkFacts): Subnet[] {
  return facts.subnets.publicSubnetIds.filter(
    ({ id }) =>
      !defaultRoutes(id, facts.routeTables).some((route) => isIpv4Route(route) && reachesInternet(route, facts)),
  );
}

/** The VPC endpoint to which a subnet's default route leads. */
function endpointOf({ id }: Subnet, { routeTables }: NetworkFacts): string | undefined {
  return defaultRoutes(id, routeTables)
    .filter(isIpv4Route)
    .map(vpcEndpointOf)
    .find((endpoint) => endpoint !== undefined);
}

function behindEndpoint(facts: NetworkFacts): ConfigProblem[] {
  const behind = offline(facts).filter((subnet) => endpointOf(subnet, facts));
  const endpoints = [...new Set(behind.map((subnet) => endpointOf(subnet, facts)))].join(", ");
  const rest = `default route through ${endpoints}, a VPC endpoint, not to an internet gateway`;
  const fix =
    "where that is a firewall before the internet gateway: pulumi config set publicSubnetsBehindFirewall true";
  return about("publicSubnetIds", behind, [`has its ${rest}`, `have their ${rest}`], { fix });
}

function withoutInternet(facts: NetworkFacts): ConfigProblem[] {
  const cut = offline(facts).filter((subnet) => !endpointOf(subnet, facts));
  return about("publicSubnetIds", cut, having("no default route to an internet gateway"));
}

function openPrivate({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const open = subnets.privateSubnetIds.filter(({ id }) => defaultRoutes(id, routeTables).some(toInternetGateway));
  return about("privateSubnetIds", open, having("a default route to an internet gateway; that makes a subnet public"));
}

function leakyIsolated({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const leaky = subnets.isolatedSubnetIds.filter(({ id }) =>
    defaultRoutes(id, routeTables).some((route) => !isPropagated(route)),
  );
  return about("isolatedSubnetIds", leaky, having("a default route; a subnet for the database must have no route out"));
}

function linkedIsolated({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const linked = subnets.isolatedSubnetIds.filter(({ id }) => {
    const routes = defaultRoutes(id, routeTables);
    return routes.length > 0 && routes.every(isPropagated);
  });
  return about(
    "isolatedSubnetIds",
    linked,
    having("a default route from a virtual private gateway; a subnet for the database should have no route out"),
    { severity: "warning" },
  );
}

/** The verb for one subnet, and for several. */
type Sentence = [one: string, several: string];

function having(what: string): Sentence {
  return [`has ${what}`, `have ${what}`];
}

/** One problem of all these subnets; none where there are none. */
function about(
  key: SubnetKey,
  subnets: Subnet[],
  sentence: Sentence,
  more: Partial<ConfigProblem> = {},
): ConfigProblem[] {
  const ids = subnets.map(({ id }) => id);
  return problemIf(ids.length > 0, { key, reason: plural(ids, ...sentence), ...more });
}

/** Default routes whose target is gone, by route table. */
function deadRoutes({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  return (["publicSubnetIds", "privateSubnetIds"] as const).flatMap((key) => {
    const tables = [...new Set(subnets[key].flatMap(({ id }) => routeTableOf(id, routeTables) ?? []))];
    return tables.flatMap((table) => {
      const users = subnets[key].filter(({ id }) => routeTableOf(id, routeTables) === table).map(({ id }) => id);
      const dead = defaultRoutes(users[0] ?? "", routeTables).find((route) => isIpv4Route(route) && isBlackhole(route));
      const block = dead?.DestinationCidrBlock;
      if (block === undefined) {
        return [];
      }
      const reason = `the route of ${users.join(", ")} to ${block} is in state blackhole: its target is gone`;
      const replace = `aws ec2 replace-route --route-table-id ${table.RouteTableId} --destination-cidr-block ${block}`;
      return [{ key, reason, fix: `with a gateway that exists: ${replace}` }];
    });
  });
}
