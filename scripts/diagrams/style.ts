import { letters, type Owner } from "./graph";

/** Colours that differ between owners: of lines and titles, of a frame's ground. */
type Tint = Record<Owner, { line: string; ground: string }>;

interface Scheme {
  text: string;
  detail: string;
  arrow: string;
  /** Ground of a node. */
  paper: string;
  tints: Tint;
}

/** Each text has a contrast of 4.5 or more on each ground it is on, the page's included: the tests say so. */
export const schemes: Record<"light" | "dark", Scheme> = {
  light: {
    text: "#1f2328",
    detail: "#525964",
    arrow: "#636c76",
    paper: "#ffffff",
    tints: {
      infrastructure: { line: "#0a5dc2", ground: "#eaf5ff" },
      application: { line: "#7a3fd6", ground: "#f6f0ff" },
      dns: { line: "#14702f", ground: "#e6f8ea" },
      outside: { line: "#59636e", ground: "#f6f8fa" },
    },
  },
  dark: {
    text: "#f0f6fc",
    detail: "#b1bac4",
    arrow: "#9198a1",
    paper: "#0d1117",
    tints: {
      infrastructure: { line: "#6cb6ff", ground: "#10233b" },
      application: { line: "#c297ff", ground: "#241a3a" },
      dns: { line: "#57d17a", ground: "#10291a" },
      outside: { line: "#9da7b3", ground: "#1a2029" },
    },
  },
};

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** The style of every picture: GitHub shows it in the reader's colour scheme, as any page does. */
export const style = [
  `text { font-family: ${font}; text-anchor: middle; }`,
  `.title { font-size: ${letters.title}px; font-weight: 600; }`,
  `.detail { font-size: ${letters.detail}px; }`,
  `.label { font-size: ${letters.label}px; }`,
  `.name { font-size: ${letters.frame}px; font-weight: 600; text-anchor: start; paint-order: stroke; stroke-width: 5px; }`,
  ".edge { fill: none; stroke-width: 1.2; }",
  ".outside rect { stroke-dasharray: 4 3; }",
  rules(schemes.light),
  `@media (prefers-color-scheme: dark) { ${rules(schemes.dark)} }`,
].join(" ");

function rules({ text, detail, arrow, paper, tints }: Scheme): string {
  return [
    `.title { fill: ${text}; } .detail, .label { fill: ${detail}; }`,
    `.edge { stroke: ${arrow}; } .tip { fill: ${arrow}; }`,
    ...Object.entries(tints).flatMap(([owner, { line, ground }]) => [
      `.${owner} rect { stroke: ${line}; fill: ${paper}; }`,
      `.frame.${owner} rect { fill: ${ground}; } .frame.${owner} .name { fill: ${line}; stroke: ${ground}; }`,
    ]),
  ].join(" ");
}
