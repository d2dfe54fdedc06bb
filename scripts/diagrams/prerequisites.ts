import type { Recorded } from "@selfhosted/common/testing";
import type { Node } from "./graph";
import { given, type Relations } from "./relations";

/** Of the customer: what everything else is in. */
const network = { title: "VPC and subnets", kind: "VPC", pattern: /"vpcId":"vpc-/ };

/** What else a customer brings, and how what uses it names it. */
const things = [
  { title: "Certificate", kind: "ACM", pattern: /arn:[\w-]+:acm:[\w-]+:\d+:certificate\// },
  { title: "Hosted zone", kind: "Route 53", pattern: /"zoneId":"/ },
  { title: "Images", kind: "ECR", pattern: /\.dkr\.ecr\./ },
  { title: "Service key", kind: "KMS key", pattern: /arn:[\w-]+:kms:[\w-]+:\d+:key\/([\w-]+)/ },
];

/** What of this a value names. */
export function prerequisitesIn(value: unknown, related: Relations): Node[] {
  return things.filter(({ pattern }) => names(value, pattern, related)).map(node);
}

/** What of this a resource and its parts use. */
export function prerequisitesOf(resource: Recorded, related: Relations): Node[] {
  return prerequisitesIn(related.parts(resource).map(given), related);
}

/** All that a customer brings. */
export function allPrerequisites(related: Relations): Node[] {
  const inputs = related.all.map(given);
  return [network, ...things].filter(({ pattern }) => names(inputs, pattern, related)).map(node);
}

/** Whether a value names such a thing, and the layers don't make it. */
function names(value: unknown, pattern: RegExp, related: Relations): boolean {
  return [...JSON.stringify(value).matchAll(new RegExp(pattern, "g"))].some(([, id]) => !related.has(id));
}

function node({ title, kind }: { title: string; kind: string }): Node {
  return { id: title, owner: "outside", title, details: [kind], resources: [] };
}
