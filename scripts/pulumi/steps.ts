import type { Layer } from "@selfhosted/common/layer";
import { pulumi, PulumiError } from "./cli";
import type { StateResource } from "./stacks";

/** What `pulumi preview --json` prints: https://github.com/pulumi/pulumi/blob/master/pkg/backend/display/json.go */
interface Preview {
  steps?: Step[];
  diagnostics?: { severity: string; message: string }[];
}

/** What a deployment would do to a resource. */
export interface Step {
  op: string;
  urn: string;
  oldState?: StateResource;
  newState?: StateResource;
  /** By path of the property. */
  detailedDiff?: Record<string, { kind: string }> | null;
  /** Properties for which it is replaced. */
  replaceReasons?: string[] | null;
}

/** The type of what a step is about. */
export function typeOf({ oldState, newState }: Pick<Step, "oldState" | "newState">): string {
  return (newState ?? oldState)?.type ?? "";
}

/** @throws PulumiError with why the preview failed. */
export async function previewSteps(layer: Layer, env: string): Promise<Step[]> {
  const { code, stdout, stderr } = await pulumi(layer, ["preview", "--json", "--stack", env, "--non-interactive"]);
  if (code !== 0) {
    throw new PulumiError(`The preview of ${layer}/ failed:\n${errorsIn(stdout) || stderr.trim()}`);
  }
  const { steps = [] } = JSON.parse(stdout) as Preview;
  return steps;
}

/** None where the command failed before there was anything to print as JSON. */
function errorsIn(stdout: string): string {
  const { diagnostics = [] } = stdout.startsWith("{") ? (JSON.parse(stdout) as Preview) : {};
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ message }) => message.trim()).join("\n");
}
