import { isNotKnown, partlyKnown } from "../config/rule";
import type { Check } from "./look-up";

/** Where the configuration asks for no such thing. */
export const nothingToCheck = {} as const;

/** What another check found. Where it found nothing fit, the check that needs it ends there, and is skipped. */
export async function resultOf<T>(check: Promise<Check<T>>): Promise<T> {
  const { value } = await check;
  return partlyKnown<{ value: T }>(value === undefined ? {} : { value }).value;
}

/** What `read` makes of the results of checks; undefined where one of these found nothing fit. */
export async function ifFit<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotKnown(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Names with the verb that agrees with their number, such as `subnet-1 is` or `subnet-1, subnet-2 are`. */
export function plural(names: readonly string[], singular: string, several: string): string {
  return `${names.join(", ")} ${names.length === 1 ? singular : several}`;
}
