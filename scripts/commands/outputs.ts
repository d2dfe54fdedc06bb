import { layers } from "@selfhosted/common/layer";
import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { readStacks } from "../stacks";
import { outputsTable } from "../table";

/** `make outputs`: the outputs of each layer, secrets masked. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const environment = await enter(requireEnv(args.env));
  const stacks = await readStacks(environment);
  mentionInterrupted(environment, stacks);
  const found = layers.map((layer) => [layer, stacks[layer].outputs ?? {}] as const);
  console.log(json ? JSON.stringify(Object.fromEntries(found), undefined, 2) : outputsTable(found));
  return 0;
});
