import { isMap, type Value } from "./values";

/** A place inside a value: `tags.Name`, `rules[0].port`, `["a.b"]`; `*` stands for every key or index. */
type Path = (string | number)[];

const SEGMENT = /\.?([^.[\]"]+)|\.?\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/y;

export function parsePath(text: string): Path {
  const path: Path = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (!match) throw new Error(`invalid property path '${text}': expected the form a.b[0]["c.d"]`);
    const [, name, quoted, index] = match;
    path.push(name ?? (index === undefined ? quoted.replace(/\\(.)/g, "$1") : index === "*" ? "*" : Number(index)));
  }
  return path;
}

const child = (value: Value | undefined, key: string | number): Value | undefined =>
  Array.isArray(value) ? value[Number(key)] : isMap(value) ? value[key] : undefined;

export const getAt = (value: Value | undefined, path: Path): Value | undefined => path.reduce(child, value);

/** The value with `item` at `path`, or without that place when `item` is undefined. Missing parents are made. */
export function setAt(value: Value | undefined, [key, ...rest]: Path, item: Value | undefined): Value {
  const next = rest.length === 0 ? item : setAt(child(value, key), rest, item);
  if (typeof key === "number") {
    const list = Array.isArray(value) ? [...value] : [];
    if (next === undefined) list.splice(key, 1);
    else if (key <= list.length) list[key] = next;
    else throw new Error(`index ${key} is out of range: the list has ${list.length} elements`);
    return list;
  }
  const { [key]: _, ...others } = isMap(value) ? value : {};
  return next === undefined ? others : { ...(isMap(value) ? value : {}), [key]: next };
}

/** `news` with what `olds` has at `path`; unchanged where one of the two has no such place to hold it. */
export function resetTo(olds: Value | undefined, news: Value | undefined, path: Path): Value | undefined {
  if (path.length === 0) return olds;
  if (typeof olds !== "object" || typeof news !== "object" || !olds || !news) return news;
  const [key, ...rest] = path;
  const keys = key === "*" ? [...new Set([...Object.keys(olds), ...Object.keys(news)])] : [key];
  return keys.reduce<Value>((value, each) => {
    const at = Array.isArray(value) ? Number(each) : each;
    const [before, after] = [child(olds, each), child(value, each)];
    const next = resetTo(before, after, rest);
    return next === after ? value : setAt(value, [at], next);
  }, news);
}
