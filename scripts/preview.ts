import { command, requireEnv } from "./lib/command";
import { eachLayer } from "./lib/each-layer";
import { enter } from "./lib/environment";
import { layers, stackOutputs } from "./lib/pulumi";
import type { Layer } from "@selfhosted/common";

/** `make preview`: what a deploy would change, layer by layer; nothing is changed. */
command({ env: { type: "string" } }, async (args) => {
  const { name } = await enter(requireEnv(args.env));
  const ready = await previewable(name);
  const failed = await eachLayer(ready, () => ["preview", "--stack", name, "--non-interactive"]);
  const waiting = layers.slice(ready.length);
  if (failed === undefined && waiting.length > 0) {
    console.log(
      `\nNot previewed: ${waiting.join(", ")}. ` +
        `A layer reads the outputs of the one before it, and ${ready.at(-1)} isn't deployed yet.`,
    );
  }
  return failed ?? 0;
});

/** The first layer, and every layer that finds the one before it deployed. */
async function previewable(env: string): Promise<Layer[]> {
  const outputs = await Promise.all(layers.slice(0, -1).map((layer) => stackOutputs(layer, env)));
  const firstMissing = outputs.findIndex((each) => each?.["contractVersion"] === undefined);
  return layers.slice(0, firstMissing === -1 ? layers.length : firstMissing + 1);
}
