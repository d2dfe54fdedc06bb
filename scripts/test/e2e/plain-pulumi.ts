import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { type Outcome, run, type Scratch } from "../../bench/scratch";

/**
 * Runs `pulumi` in a layer of a scratch checkout, as a user does after `eval "$(make env ENV=local)"`.
 *
 * @param variables to set after that.
 */
export function plainPulumi(
  { folder, variables: shell }: Scratch,
  layer: Layer,
  args: string[],
  variables: Record<string, string> = {},
): Promise<Outcome> {
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const script = `eval "$(make --silent --directory .. env ENV=local 2>/dev/null)" && exec env "$@"`;
  return run(join(folder, layer), "bash", ["-c", script, "bash", ...settings, "pulumi", ...args], {
    variables: shell,
  });
}

/** Brings a layer to what its program and configuration say. */
export const upArguments = (stack: string): string[] => ["up", "--yes", "--skip-preview", "--stack", stack];
