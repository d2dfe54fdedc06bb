import fc from "fast-check";

/** What may be wrong with an answer of AWS: the how and, as a number of any size, the where. */
export interface Oddity {
  how: keyof typeof hows;
  where: number;
}

type Node = Record<string, unknown>;
type Change = (parent: Node, key: string) => void;

/** More than any page of AWS holds. */
const many = 2000;

const hows = {
  "a value is missing": (parent, key) => Reflect.deleteProperty(parent, key),
  "a list is empty": (parent, key) => {
    if (Array.isArray(parent[key])) {
      parent[key] = [];
    }
  },
  "a structure is empty": (parent, key) => {
    const value = parent[key];
    if (typeof value === "object" && value !== null && !(value instanceof Date) && !Array.isArray(value)) {
      parent[key] = {};
    }
  },
  "a word is new": (parent, key) => {
    if (typeof parent[key] === "string") {
      parent[key] = "SOMETHING_OF_2031";
    }
  },
  "a page is huge": (parent, key) => {
    const value = parent[key];
    if (Array.isArray(value) && value.length > 0) {
      parent[key] = Array.from({ length: many }, (_, index) => structuredClone(value[index % value.length]) as unknown);
    }
  },
} satisfies Record<string, Change>;

/** Some oddities, by the operation whose answers have them. */
export function arbitraryOddities(operations: string[]): fc.Arbitrary<[string, Oddity][]> {
  const how = fc.constantFrom(...(Object.keys(hows) as (keyof typeof hows)[]));
  const oddity = fc.record({ how, where: fc.nat() });
  return fc.array(fc.tuple(fc.constantFrom(...operations), oddity), { minLength: 1, maxLength: 4 });
}

/** An answer with an oddity. */
export function withOddity(answer: object, { how, where }: Oddity): object {
  const odd = structuredClone(answer);
  const places = placesIn(odd as Node);
  const [parent, key] = places[where % places.length] ?? [];
  if (parent !== undefined && key !== undefined) {
    hows[how](parent, key);
  }
  return odd;
}

/** Every value in an answer, by what it is in. Of a list, items aren't values: AWS leaves no holes in lists. */
function placesIn(parent: Node): [Node, string][] {
  return Object.entries(parent).flatMap(([key, value]): [Node, string][] => {
    const inner = (Array.isArray(value) ? value : [value]).filter(
      (each) => typeof each === "object" && each !== null && !(each instanceof Date),
    ) as Node[];
    return [[parent, key], ...inner.flatMap(placesIn)];
  });
}
