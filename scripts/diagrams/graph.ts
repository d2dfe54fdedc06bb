import type { Layer } from "@selfhosted/common/layer";
import type { Recorded } from "@selfhosted/common/testing";
import { grouped } from "../grouped";

/** Whose a thing is: a layer's, or of those who use or bring something. */
export type Owner = Layer | "outside";

export interface Node {
  id: string;
  owner: Owner;
  title: string;
  /** Lines below the title. */
  details?: string[];
  /** The frame that it is in. */
  frame?: string;
  /** What it shows. */
  resources: Recorded[];
}

export interface Edge {
  from: string;
  to: string;
  label?: string;
}

/** A picture, before it has places. */
export interface Graph {
  /** What somebody who can't see it hears: what it is, and what it says. */
  title: string;
  description: string;
  direction: "down" | "right";
  /** Frames, each of which comes after the one before it. */
  frames?: string[];
  nodes: Node[];
  edges: Edge[];
}

/** Graphviz gives places in points, and sizes in inches. A point is a pixel here. */
export const pointsPerInch = 72;
/** Size of letters, in pixels. */
export const letters = { title: 14, detail: 12, frame: 13, label: 12 };
/** Widths of a letter in the widest of the usual fonts (DejaVu Sans), as a part of its size. */
const wide = { bold: 0.62, plain: 0.56 };

/** The graph in Graphviz's language (https://graphviz.org/doc/info/lang.html). */
export function dotOf({ direction, nodes, edges, frames = [] }: Graph): string {
  return [
    "digraph {",
    `${direction === "down" ? "rankdir=TB ranksep=0.34" : "rankdir=LR ranksep=0.6"} nodesep=0.15 newrank=true`,
    'node [shape=box fixedsize=true label=""]',
    `edge [fontname=Arial fontsize=${letters.label * 1.15}]`,
    ...grouped(nodes, ({ frame = "" }) => frame).flatMap(([title, inner]) => framed(title, inner)),
    ...edges.map(
      ({ from, to, label = "" }, index) => `${text(from)} -> ${text(to)} [id=${index} label=${text(label)}]`,
    ),
    ...inOrder(frames, nodes, edges),
    "}",
  ].join("\n");
}

/** The nodes of a frame; without a title, of none. */
function framed(title: string, nodes: Node[]): string[] {
  const lines = nodes.map((node) => {
    const { width, height } = sizeOf(node);
    return `${text(node.id)} [width=${width / pointsPerInch} height=${height / pointsPerInch}]`;
  });
  const style = `label=${text(title)} labeljust=l fontname="Arial bold" fontsize=${letters.frame * 1.15} margin=9`;
  return title === "" ? lines : [`subgraph ${text(`cluster ${title}`)} {`, style, ...lines, "}"];
}

/** Edges that nobody sees, which keep frames one after the other: from the last of each to the first of the next. */
function inOrder(frames: string[], nodes: Node[], edges: Edge[]): string[] {
  const idsOf = (frame: string | undefined): string[] =>
    nodes.filter((node) => node.frame === frame).map(({ id }) => id);
  return frames.slice(1).flatMap((frame, index) => {
    const [before, after] = [idsOf(frames[index]), idsOf(frame)];
    const last = before.filter((id) => !edges.some(({ from, to }) => from === id && before.includes(to)));
    const first = after.filter((id) => !edges.some(({ from, to }) => to === id && after.includes(from)));
    return last.flatMap((from) => first.map((to) => `${text(from)} -> ${text(to)} [style=invis weight=0]`));
  });
}

/** The room that a node's text needs. */
function sizeOf({ title, details = [] }: Node): { width: number; height: number } {
  const widths = [
    title.length * letters.title * wide.bold,
    ...details.map((line) => line.length * letters.detail * wide.plain),
  ];
  return {
    width: Math.ceil(Math.max(...widths)) + 16,
    height: 20 + letters.title + details.length * (letters.detail + 4),
  };
}

function text(value: string): string {
  return JSON.stringify(value);
}
