import * as pulumi from "@pulumi/pulumi";

/** A mistake in the configuration or the environment: Pulumi shows its message without a stack trace. */
export class UserError extends pulumi.RunError {}

type Outputs = Record<string, unknown>;

/** The program of a layer: what `index.ts` exports, for Pulumi to call. */
export function program(main: () => Promise<Outputs>): () => Promise<Outputs> {
  return () => {
    showPlainTraces();
    return main();
  };
}

/**
 * Leaves stack traces as Node writes them. Mapped to their sources, frames of the SDK read `node_modules/@pulumi/output.ts`, and
 * when Pulumi colours such a trace Node 20.20 loops until memory ends. The SDK also takes a trace for every promise, and mapping
 * those takes a quarter of the program's time.
 */
function showPlainTraces(): void {
  Reflect.deleteProperty(Error, "prepareStackTrace");
}
