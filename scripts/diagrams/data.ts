import type { Recorded } from "@selfhosted/common/testing";
import { grouped } from "../grouped";
import { unique } from "../unique";
import { sentences } from "./describe";
import type { Edge, Graph, Node } from "./graph";
import { kinds } from "./kinds";
import { prerequisitesIn } from "./prerequisites";
import { layerOf, type Relations } from "./relations";
import { listed, spoken } from "./words";

const grant = "aws:kms/grant:Grant";
/** Properties that name a key: `kmsKeyId`, `kmsMasterKeyId`, `performanceInsightsKmsKeyId`, the `keyId` of a grant … */
const keyProperty = /^(\w*[kK]ms\w*Key\w*|keyId)$/;

interface Use {
  /** What is encrypted, or who encrypts. */
  store: Recorded;
  key: Node;
  byGrant: boolean;
}

/** What is encrypted with which key. */
export function data(related: Relations): Graph {
  const uses = related.all.flatMap((resource) => usesOf(resource, related));
  const groups = grouped(uses, ({ store, key, byGrant }) =>
    [layerOf(store), related.component(store).name, key.id, byGrant].join(),
  );
  const nodes = groups.flatMap(([id, all]) => storeNode(id, all, related));
  const edges = groups.map(([from, all]): Edge => ({ from, to: all[0]?.key.id ?? "" }));
  const keys = unique(
    uses.map(({ key }) => key),
    ({ id }) => id,
  );
  return {
    title: "The data: what is encrypted with which key",
    description: sentences([...nodes, ...keys], edges),
    direction: "right",
    nodes: [...nodes, ...keys],
    edges,
  };
}

function usesOf(resource: Recorded, related: Relations): Use[] {
  const byGrant = resource.type === grant;
  // A grant is of a role; those who have the role encrypt.
  const stores = byGrant
    ? related.all.filter((each) => related.references(each).includes(related.owner(resource)))
    : [related.owner(resource)];
  const keys = valuesOf(resource.inputs).flatMap(([name, value]) => {
    if (name === "sseAlgorithm" && value === "AES256") {
      return [keyOfAws];
    }
    return keyProperty.test(name) && typeof value === "string" ? [keyNode(value, related)] : [];
  });
  return unique(keys, ({ id }) => id).flatMap((key) => stores.map((store) => ({ store, key, byGrant })));
}

const keyOfAws: Node = {
  id: "key of AWS",
  owner: "outside",
  title: "Key of AWS",
  details: ["AES-256, managed by S3"],
  resources: [],
};

function keyNode(arn: string, related: Relations): Node {
  const [own] = related.named(arn);
  if (own === undefined) {
    const [given] = prerequisitesIn(arn, related);
    return given ?? { id: arn, owner: "outside", title: arn, resources: [] };
  }
  const rotation = own.inputs["enableKeyRotation"] === true ? ["rotated every year"] : [];
  return {
    id: own.urn,
    owner: layerOf(own),
    title: spoken(related.component(own).name),
    details: [kinds[own.type] ?? own.type, ...rotation],
    resources: [own],
  };
}

function storeNode(id: string, uses: Use[], related: Relations): Node[] {
  const stores = [...new Set(uses.map(({ store }) => store))];
  const [first] = stores;
  if (first === undefined) {
    return [];
  }
  const layer = layerOf(first);
  const byGrant = uses.some((use) => use.byGrant);
  return [
    {
      id,
      owner: layer,
      title: spoken(related.component(first).name),
      details: byGrant ? ["secrets of your stacks", "by a grant on the key"] : listed(stores, related),
      frame: layer,
      resources: stores,
    },
  ];
}

/** All plain values in inputs, with the names of their properties. */
function valuesOf(value: unknown, name = ""): [string, unknown][] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, each]) => valuesOf(each, Array.isArray(value) ? name : key))
    : [[name, value]];
}
