/** Whether an error of AWS has such a name. */
export function isErrorNamed(error: unknown, name: RegExp): boolean {
  return error instanceof Error && name.test(error.name);
}

/** What AWS answers; undefined where it answers with an error of such a name, as for a thing that doesn't exist. */
export async function unlessError<T>(name: RegExp, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isErrorNamed(error, name)) {
      return undefined;
    }
    throw error;
  }
}
