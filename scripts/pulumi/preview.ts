import { applicationContract, infrastructureContract, type Layer } from "@selfhosted/common";
import { fits, layers } from "../layers";
import { eachLayer } from "./cli";
import { readStackOutputs } from "./stacks";

/**
 * Shows what a deploy would change, layer by layer; nothing is changed.
 *
 * @returns the exit code.
 */
export async function preview(env: string): Promise<number> {
  const ready = await previewable(env);
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
export async function previewable(env: string): Promise<Layer[]> {
  const ready = await Promise.all(
    [infrastructureContract, applicationContract].map(async (contract) =>
      fits<unknown>(contract, await readStackOutputs(contract.layer, env)),
    ),
  );
  const firstMissing = ready.indexOf(false);
  return layers.slice(0, firstMissing === -1 ? layers.length : firstMissing + 1);
}
