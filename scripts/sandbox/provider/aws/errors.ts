/**
 * Whether AWS refused because the thing doesn't exist. Services say so as `NoSuchEntity`, `NotFoundException`,
 * `ResourceNotFoundException`, `DBClusterNotFoundFault`, and so on.
 */
function isMissing(error: unknown): boolean {
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
