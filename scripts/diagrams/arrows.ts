import { unique } from "../unique";
import type { Edge, Node } from "./graph";
import type { Relation } from "./relations";

/** An edge for each two nodes of which resources are related. */
export function edgesBetween(nodes: Node[], relations: Relation[]): Edge[] {
  const edges = relations.flatMap(({ from, to }) => {
    const [start, end] = [nodeOf(nodes, from), nodeOf(nodes, to)];
    return start === undefined || end === undefined || start === end ? [] : [{ from: start.id, to: end.id }];
  });
  return unique(edges, ({ from, to }) => `${from} ${to}`);
}

/** The node that shows a resource. */
export function nodeOf(nodes: Node[], resource: Relation["from"]): Node | undefined {
  return nodes.find(({ resources }) => resources.includes(resource));
}

/** The edges without those that follow from others: for all nodes of a type that have one to the same node, or for none. */
export function reduced(nodes: Node[], edges: Edge[]): Edge[] {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    edges.some((edge) => {
      if (edge.from !== from || seen.has(edge.to)) {
        return false;
      }
      seen.add(edge.to);
      return edge.to === to || reaches(edge.to, to, seen);
    });
  const follows = ({ from, to }: Edge): boolean =>
    edges.some((edge) => edge.from === from && edge.to !== to && reaches(edge.to, to, new Set([from])));
  const type = (id: string): string => nodes.find((node) => node.id === id)?.resources[0]?.type ?? id;
  const areAlike = (one: Edge, other: Edge): boolean => one.to === other.to && type(one.from) === type(other.from);
  return edges.filter((edge) => !edges.filter((other) => areAlike(edge, other)).every(follows));
}
