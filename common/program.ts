import * as pulumi from "@pulumi/pulumi";

/**
 * A mistake of the user or of the surroundings: Pulumi shows its message only. It has no stack trace, because Pulumi colours the
 * trace of every error before it looks at the kind, and Node 20.20 then loops until memory ends over frames such as
 * `node_modules/@pulumi/output.ts` (a scoped package without a folder).
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

type Outputs = Record<string, unknown>;

/** The program of a layer: what `index.ts` exports, for Pulumi to call. Frames of packages are left out of its errors. */
export function program(main: () => Promise<Outputs>): () => Promise<Outputs> {
  return () =>
    main().catch((error: unknown) => {
      if (error instanceof Error) {
        error.stack = error.stack
          ?.split("\n")
          .filter((line) => !line.includes("/node_modules/"))
          .join("\n");
      }
      throw error;
    });
}
