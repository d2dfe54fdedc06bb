/** Whether AWS refused because the thing doesn't exist, in whichever way the service says so. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuch|DoesNotExist|ResourceMissing/i.test(error.name);
}

/** What AWS answers, or undefined where the thing doesn't exist. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The one item there is. `what` says what was looked for: "VPC with these tags". */
export function exactlyOne<T>(items: readonly T[] | undefined, what: string): T {
  const [item, ...others] = items ?? [];
  if (item === undefined) throw new Error(`There is no ${what}.`);
  if (others.length) throw new Error(`There is more than one ${what}: narrow the search.`);
  return item;
}
