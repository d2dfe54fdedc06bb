/** The text of whatever was thrown; of a gRPC error without its code. */
export function messageOf(error: unknown): string {
  const { details, message } = error as { details?: string; message?: string };
  return details || message || String(error);
}

/** A failure that has been told already. */
export class Reported extends Error {}
