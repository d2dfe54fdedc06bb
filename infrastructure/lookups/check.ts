import { partlyKnown, type Check } from "@selfhosted/common";

/** Where the configuration asks for no such thing. */
export const nothingToCheck = { evidence: "" } as const;

/** Whether an error of AWS has such a name. */
export function isNamed(error: unknown, name: RegExp): boolean {
  return error instanceof Error && name.test(error.name);
}

/** What another check found. Where it found nothing fit, the look that asks for it ends there, and is skipped. */
export async function fit<T>(check: Promise<Check<T>>): Promise<T> {
  const { value } = await check;
  return partlyKnown<{ value: T }>(value === undefined ? {} : { value }).value;
}

/** Names with the verb that agrees with their number, such as `subnet-1 is` or `subnet-1, subnet-2 are`. */
export function plural(names: readonly string[], singular: string, several: string): string {
  return `${names.join(", ")} ${names.length === 1 ? singular : several}`;
}
