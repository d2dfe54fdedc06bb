/** Things by what they have in common, in the order of their first. */
export function grouped<T, K extends unknown[] | string>(things: T[], key: (thing: T) => K): [K, T[]][] {
  const groups = new Map<string, [K, T[]]>();
  for (const thing of things) {
    const own = key(thing);
    const group = groups.get(String(own)) ?? [own, []];
    group[1].push(thing);
    groups.set(String(own), group);
  }
  return [...groups.values()];
}
