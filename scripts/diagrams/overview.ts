import type { Layer } from "@selfhosted/common/layer";
import type { Recorded } from "@selfhosted/common/testing";
import { grouped } from "../grouped";
import { edgesBetween, nodeOf, reduced } from "./arrows";
import { sentences } from "./describe";
import type { Edge, Graph, Node } from "./graph";
import { allPrerequisites } from "./prerequisites";
import { layerOf, type Relation, type Relations, subnetsOf } from "./relations";
import { counts, spoken } from "./words";

const logs = "Logs and alarms";

/** What is seen from far: types, with what all of them in a layer are drawn as, or nothing where each component is drawn. */
const shown: Record<string, string | undefined> = {
  "aws:cloudwatch/dashboard:Dashboard": logs,
  "aws:cloudwatch/logGroup:LogGroup": logs,
  "aws:cloudwatch/metricAlarm:MetricAlarm": logs,
  "aws:ecs/service:Service": undefined,
  "aws:kms/key:Key": undefined,
  "aws:lb/loadBalancer:LoadBalancer": undefined,
  "aws:rds/cluster:Cluster": undefined,
  "aws:route53/record:Record": "Route 53",
  "aws:s3/bucket:Bucket": undefined,
  "aws:secretsmanager/secret:Secret": "Secrets",
  "aws:sns/topic:Topic": logs,
  "pulumi-nodejs:dynamic:Resource": undefined,
};

const users: Node = {
  id: "users",
  owner: "outside",
  title: "Users",
  details: ["pulumi CLI, CI, browsers"],
  resources: [],
};

/** The whole installation from far: what leads to what, through everything that isn't shown. */
export function overview(related: Relations): Graph {
  const seen = related.drawn.filter(isShown);
  const made = grouped(seen, (each) => placeOf(each, related)).map((group) => placeNode(group, related));
  const yours: Node = {
    id: "yours",
    owner: "outside",
    title: "What you bring",
    details: allPrerequisites(related).map(({ title }) => title),
    resources: [],
  };
  const nodes = [users, yours, ...made];
  const edges = reduced(nodes, [
    ...openGroups(related).flatMap((group): Edge[] =>
      seen
        .filter((each) => related.references(each).includes(group))
        .map((each) => ({ from: users.id, to: nodeOf(made, each)?.id ?? "" })),
    ),
    ...edgesBetween(
      made,
      seen.flatMap((from) => ledTo(from, related).map((to): Relation => ({ from, to }))).filter(isDrawn),
    ),
  ]);
  return {
    title: "The installation: what it is made of, and what leads to what",
    description: sentences(nodes, edges),
    direction: "down",
    frames: ["dns", "application", "infrastructure"] satisfies Layer[],
    nodes,
    edges,
  };
}

function isShown({ type }: Recorded): boolean {
  return type in shown;
}

/** What watches isn't drawn to lead to what it watches. */
function isDrawn({ from, to }: Relation): boolean {
  return shown[from.type] !== logs || shown[to.type] === logs;
}

/** A layer, and what in it a resource is drawn as: a service, or a component's kind. */
function placeOf(resource: Recorded, related: Relations): [Layer, string, string?] {
  const isLog = related.components(resource).some(({ type }) => type.endsWith(":LogBucket"));
  const service = isLog ? logs : shown[resource.type];
  return service === undefined
    ? [layerOf(resource), spoken(related.component(resource).name), resource.type]
    : [layerOf(resource), service];
}

function placeNode(
  [[owner, title, type], resources]: [[Layer, string, string?], Recorded[]],
  related: Relations,
): Node {
  const subnets = new Set(resources.flatMap((each) => subnetsOf(each, related) ?? []));
  const details = [...counts(resources), ...subnets];
  return { id: [owner, title, type].join(), owner, title, details, frame: owner, resources };
}

/** Security groups that admit others than groups. */
function openGroups(related: Relations): Recorded[] {
  const rules = related.all.filter(
    ({ type, inputs }) =>
      type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" &&
      inputs["referencedSecurityGroupId"] === undefined,
  );
  return rules.map((rule) => related.owner(rule));
}

/** What a resource leads to with nothing in between that is shown. */
function ledTo(from: Recorded, related: Relations, passed = new Set<Recorded>()): Recorded[] {
  return related.arrows
    .filter((arrow) => arrow.from === from && !passed.has(arrow.to))
    .flatMap(({ to }) => (isShown(to) ? [to] : ledTo(to, related, passed.add(to))));
}
