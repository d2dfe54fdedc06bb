import type { Layer } from "@selfhosted/common/layer";
import type { Recorded } from "@selfhosted/common/testing";
import { grouped } from "../grouped";
import { unique } from "../unique";
import { edgesBetween, nodeOf, reduced } from "./arrows";
import { sentences } from "./describe";
import type { Graph, Node } from "./graph";
import { details, kinds } from "./kinds";
import { prerequisitesOf } from "./prerequisites";
import { layerOf, type Relations } from "./relations";
import { counted, counts, spoken } from "./words";

/** A layer's components, what each makes, and what that refers to. An arrow that follows from others is left out. */
export function layer(name: Layer, related: Relations): Graph {
  const isOwn = (resource: Recorded): boolean => layerOf(resource) === name;
  const own = related.drawn.filter(isOwn);
  const relations = related.arrows.filter(({ from }) => isOwn(from));
  const foreign = unique(relations.map(({ to }) => to)).filter((resource) => !isOwn(resource));
  const nodes = [
    ...withoutLonelyFrames(grouped(own, (each) => placeOf(hostOf(each, related), related)).map(kindNode)),
    ...grouped(foreign, (each) => componentOf(each, related)).map(seam),
  ];
  const given = own.flatMap((resource) =>
    prerequisitesOf(resource, related).map((to) => ({
      to,
      edge: { from: nodeOf(nodes, resource)?.id ?? "", to: to.id },
    })),
  );
  const all = unique([...nodes, ...given.map(({ to }) => to)], ({ id }) => id);
  const edges = reduced(
    all,
    unique([...edgesBetween(nodes, relations), ...given.map(({ edge }) => edge)], ({ from, to }) => `${from} ${to}`),
  );
  return {
    title: `The layer ${name}: its components, and what they refer to`,
    description: sentences(all, edges),
    direction: "down",
    nodes: all,
    edges,
  };
}

/** Layer and name of a component; in a place also a type of resources. */
type Component = [layer: Layer, name: string];
type Place = [...Component, type: string];

function componentOf(resource: Recorded, related: Relations): Component {
  return [layerOf(resource), related.component(resource).name];
}

function placeOf(resource: Recorded, related: Relations): Place {
  return [...componentOf(resource, related), resource.type];
}

/** The resource in whose node another is a line: the one that uses it, or that it is of. */
function hostOf(resource: Recorded, related: Relations): Recorded {
  if (!details.includes(resource.type)) {
    return resource;
  }
  const component = related.component(resource);
  const others = related.drawn.filter((each) => related.component(each) === component);
  const host =
    others.find((each) => related.references(each).includes(resource)) ??
    others.find((each) => related.references(resource).includes(each));
  return host === undefined ? resource : hostOf(host, related);
}

function kindNode([[owner, component, type], resources]: [Place, Recorded[]]): Node {
  const main = resources.filter((each) => each.type === type);
  return {
    id: [owner, component, type].join(),
    owner,
    title: counted(main.length, kinds[type] ?? type),
    details: counts(resources.filter((each) => each.type !== type)),
    frame: spoken(component),
    resources,
  };
}

/** A component that makes one kind of things is that thing. */
function withoutLonelyFrames(nodes: Node[]): Node[] {
  return nodes.map((node) => {
    const { frame: component = "" } = node;
    const isAlone = nodes.filter(({ frame }) => frame === component).length === 1;
    const lines = [node.title, ...(node.details ?? [])].filter((line) => line !== component.toLowerCase());
    return isAlone ? { ...node, title: component, details: lines, frame: undefined } : node;
  });
}

/** What a component of another layer makes, and this layer refers to. */
function seam([[owner, component], resources]: [Component, Recorded[]]): Node {
  const lines = [`${owner}/`, ...counts(resources)];
  return { id: [owner, component].join(), owner, title: spoken(component), details: lines, resources };
}
