/** The text of whatever was thrown; of a gRPC error without its code. */
export function messageOf(error: unknown): string {
  const { details, message } = error as { details?: string; message?: string };
  return details || message || String(error);
}

/** A failure that has been shown already. */
export class Reported extends Error {}

/** The sandbox's stand-in lacks something that Pulumi has. */
export class Missing extends Error {
  constructor(what: string) {
    super(
      `the sandbox's stand-in for \`pulumi\` doesn't have ${what}. The real command does: \`make pulumi\` installs it, and ` +
        "`ENV=local` then uses it (https://www.pulumi.com/docs/install/)",
    );
  }
}

export function ensure(condition: unknown, problem: string | Error): asserts condition {
  if (!condition) {
    throw typeof problem === "string" ? new Error(problem) : problem;
  }
}
