import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { dotOf, type Edge, type Graph, letters, type Node, type Owner, pointsPerInch } from "./graph";
import { style } from "./style";

/** What Graphviz says of places: in points, from the upper left corner. */
interface Layout {
  bb: string;
  objects: Placed[];
  edges?: { id?: string; pos: string; lp?: string }[];
}
/** A node, or a frame, which has a `bb`. */
interface Placed {
  name: string;
  bb?: string;
  label: string;
  pos: string;
  width: string;
  height: string;
}

const margin = 4;

/** Draws a graph as SVG: the same bytes for the same graph, on every machine. */
export async function draw(graph: Graph): Promise<string> {
  const graphviz = await Graphviz.load();
  const layout = JSON.parse(graphviz.layout(dotOf(graph), "json", "dot", { yInvert: true })) as Layout;
  const [, height = 0, width = 0] = numbers(layout.bb);
  const box = [-margin, -margin, Math.ceil(width) + 2 * margin, Math.ceil(height) + 2 * margin];
  const size = `width="${box[2]}" height="${box[3]}" viewBox="${box.join(" ")}"`;
  const frames = layout.objects.filter(({ bb }) => bb !== undefined);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" ${size}>`,
    `<title id="title">${escaped(graph.title)}</title>`,
    `<desc id="description">${escaped(graph.description)}</desc>`,
    `<style>${style}</style>`,
    '<marker id="tip" class="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">' +
      '<path d="M0,0.5 L8,4 L0,7.5 z"/></marker>',
    ...frames.map((placed) => frame(placed, graph.nodes)),
    ...(layout.edges ?? []).flatMap((placed) => {
      const seen = graph.edges[Number(placed.id)];
      return seen === undefined ? [] : [edge(placed, seen)];
    }),
    ...frames.map((placed) => frameName(placed, graph.nodes)),
    ...graph.nodes.map((each) => node(each, layout.objects)),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

function frame({ label, bb = "" }: Placed, nodes: Node[]): string {
  const [left = 0, bottom = 0, right = 0, top = 0] = numbers(bb);
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  return group(`frame ${ownerOf(label, nodes)}`, [rectangle(box, 8)]);
}

/** Over the edges, which may cross it. */
function frameName({ label, bb = "" }: Placed, nodes: Node[]): string {
  const [left = 0, , , top = 0] = numbers(bb);
  return group(`frame ${ownerOf(label, nodes)}`, [text("name", left + 10, top + 18, label)]);
}

/** Whose a frame is: its nodes'. */
function ownerOf(title: string, nodes: Node[]): Owner {
  return nodes.find(({ frame }) => frame === title)?.owner ?? "outside";
}

function node({ id, owner, title, details = [] }: Node, places: Placed[]): string {
  const placed = places.find(({ name }) => name === id);
  const [x = 0, y = 0] = numbers(placed?.pos ?? "");
  const width = Number(placed?.width) * pointsPerInch;
  const height = Number(placed?.height) * pointsPerInch;
  const step = letters.detail + 4;
  const first = y - (details.length * step) / 2 + letters.title * 0.36;
  return group(owner, [
    rectangle({ x: x - width / 2, y: y - height / 2, width, height }, 5),
    text("title", x, first, title),
    ...details.map((line, index) => text("detail", x, first + (index + 1) * step, line)),
  ]);
}

function edge({ pos, lp }: { pos: string; lp?: string }, { label }: Edge): string {
  // "e,x,y" is the tip; then a start, and three points for each piece of the curve.
  const [tip = "", start = "", ...points] = pos.split(" ").map((point) => numbers(point.replace(/^e,/, "")).join(","));
  const path = `<path class="edge" marker-end="url(#tip)" d="M${start} C${points.join(" ")} L${tip}"/>`;
  const [x = 0, y = 0] = numbers(lp ?? "");
  return label === undefined ? path : path + text("label", x, y + letters.label * 0.36, label);
}

function rectangle(box: Record<"x" | "y" | "width" | "height", number>, radius: number): string {
  const places = Object.entries(box).map(([name, value]) => `${name}="${round(value)}"`);
  return `<rect ${places.join(" ")} rx="${radius}"/>`;
}

function text(kind: string, x: number, y: number, content: string): string {
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}">${escaped(content)}</text>`;
}

function group(kind: string, content: string[]): string {
  return `<g class="${kind}">${content.join("")}</g>`;
}

function numbers(list: string): number[] {
  return list.split(",").map((each) => round(Number(each)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
