/** Things that differ in this: each once. */
export function unique<T>(things: readonly T[], key: (thing: T) => unknown = (thing) => thing): T[] {
  return [...new Map(things.map((thing) => [key(thing), thing])).values()];
}
