import { applicationContract, infrastructureContract } from "@selfhosted/common/contract";
import { type Layer, layers } from "@selfhosted/common/layer";
import { fits } from "../layers";
import { eachLayer } from "./cli";
import type { States } from "./stacks";

/**
 * Shows what a deploy would change, layer by layer; nothing is changed.
 *
 * @returns the exit code.
 */
export async function preview(states: States, env: string): Promise<number> {
  const ready = previewable(states);
  const failed = await eachLayer(ready, ["preview", "--stack", env, "--non-interactive"]);
  const waiting = layers.slice(ready.length);
  if (failed === undefined && waiting.length > 0) {
    console.log(
      `\nNot previewed: ${waiting.join(", ")}. ` +
        `A layer reads the outputs of the one before it, and ${ready.at(-1)} isn't deployed by this release yet.`,
    );
  }
  return failed?.code ?? 0;
}

/** The first layer, and every layer that finds the one before it deployed, with outputs that it can read. */
export function previewable({ infrastructure, application }: States): Layer[] {
  const ready = [fits(infrastructureContract, infrastructure.outputs), fits(applicationContract, application.outputs)];
  const firstMissing = ready.indexOf(false);
  return layers.slice(0, firstMissing === -1 ? layers.length : firstMissing + 1);
}
