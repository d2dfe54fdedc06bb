import type * as aws from "@pulumi/aws";
import { type InputsOf, inventedFor, type Recorded } from "@selfhosted/common/testing";
import { unique } from "../unique";
import { sentences } from "./describe";
import type { Edge, Graph, Node } from "./graph";
import { kinds } from "./kinds";
import { layerOf, type Relations, subnetsOf } from "./relations";
import { spoken } from "./words";

const group = "aws:ec2/securityGroup:SecurityGroup";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

/** Who may speak to whom, on which port: an edge for what the rules of security groups allow. */
export function network(related: Relations): Graph {
  const groups = related.all.filter(({ type }) => type === group);
  const rules = related.all.filter(({ type }) => type === egress || type === ingress);
  // Between two groups there are two rules: out of one, and into the other.
  const edges = unique(rules.map(edgeOf), (edge) => JSON.stringify(edge));
  const outside = unique(
    rules.flatMap((rule) => outsiderOf(rule) ?? []),
    ({ id }) => id,
  );
  const nodes = [...groups.map((each) => groupNode(each, related)), ...outside];
  return {
    title: "The network: who may speak to whom",
    description: `All that the security groups allow. ${sentences(nodes, edges)}`,
    direction: "right",
    nodes,
    edges,
  };
}

type Rule = aws.vpc.SecurityGroupIngressRuleArgs & aws.vpc.SecurityGroupEgressRuleArgs;

function edgeOf(rule: Recorded): Edge {
  const { fromPort, toPort, securityGroupId: own, referencedSecurityGroupId } = rule.inputs as InputsOf<Rule>;
  const other = outsiderOf(rule)?.id ?? referencedSecurityGroupId ?? "";
  const [from, to] = rule.type === ingress ? [other, own] : [own, other];
  return { from, to, label: fromPort === toPort ? `${fromPort}` : `${fromPort}–${toPort}` };
}

/** Who is at the other end of a rule that names addresses. */
function outsiderOf({ type, inputs }: Recorded): Node | undefined {
  const { cidrIpv4, cidrIpv6, prefixListId } = inputs as InputsOf<Rule>;
  const addresses = cidrIpv4 ?? cidrIpv6 ?? prefixListId;
  if (addresses === undefined) {
    return undefined;
  }
  const title = type === ingress ? "Users" : "AWS and others";
  const where = ["0.0.0.0/0", "::/0"].includes(addresses) ? "any address" : addresses;
  return { id: `${title} ${addresses}`, owner: "outside", title, details: [where], resources: [] };
}

function groupNode(resource: Recorded, related: Relations): Node {
  const users = related.all.filter(
    (each) => kinds[each.type] !== undefined && each.type !== group && related.references(each).includes(resource),
  );
  const subnets = users.map((each) => subnetsOf(each, related)).find((each) => each !== undefined);
  return {
    id: inventedFor(resource).id,
    owner: layerOf(resource),
    title: spoken(related.component(resource).name),
    details: users.map(({ type }) => kinds[type] ?? type),
    frame: subnets,
    resources: [resource],
  };
}
