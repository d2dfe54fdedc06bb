import type { Edge, Node } from "./graph";

/** What the edges say, for those who don't see them. */
export function sentences(nodes: Node[], edges: Edge[]): string {
  const name = (id: string): string => {
    const { title, details = [], frame } = nodes.find((node) => node.id === id) ?? { title: id };
    const isAlone = nodes.filter((node) => node.title === title && node.frame === frame).length === 1;
    const what = isAlone ? title : `${title} (${details.join(", ")})`;
    return frame === undefined ? what : `${frame}: ${what}`;
  };
  return edges
    .map(({ from, to, label }) => `${name(from)} → ${name(to)}${label === undefined ? "" : `: ${label}`}.`)
    .join(" ");
}
