import { applicationContract, infrastructureContract, type Layer } from "@selfhosted/common";
import { command, requireEnv } from "../command";
import { enter } from "../environment";
import { fits, layers } from "../layers";
import { eachLayer } from "../pulumi/cli";
import { readStackOutputs } from "../pulumi/stacks";

/** `make preview`: what a deploy would change, layer by layer; nothing is changed. */
command({ env: { type: "string" } }, async (args) => {
  const { name } = await enter(requireEnv(args.env));
  const ready = await previewable(name);
  const failed = await eachLayer(ready, ["preview", "--stack", name, "--non-interactive"]);
  const waiting = layers.slice(ready.length);
  if (failed === undefined && waiting.length > 0) {
    console.log(
      `\nNot previewed: ${waiting.join(", ")}. ` +
        `A layer reads the outputs of the one before it, and ${ready.at(-1)} isn't deployed by this release yet.`,
    );
  }
  return failed?.code ?? 0;
});

/** The first layer, and every layer that finds the one before it deployed, with outputs that it can read. */
async function previewable(env: string): Promise<Layer[]> {
  const ready = await Promise.all(
    [infrastructureContract, applicationContract].map(async (contract) =>
      fits<unknown>(contract, await readStackOutputs(contract.layer, env)),
    ),
  );
  const firstMissing = ready.indexOf(false);
  return layers.slice(0, firstMissing === -1 ? layers.length : firstMissing + 1);
}
