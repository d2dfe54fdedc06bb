import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { layers } from "../layers";
import { readStackOutputs } from "../pulumi/stacks";
import { outputsTable } from "../table";

/** `make outputs`: the outputs of each layer, secrets masked. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { name } = await enter(requireEnv(args.env));
  const found = await Promise.all(
    layers.map(async (layer) => [layer, (await readStackOutputs(layer, name)) ?? {}] as const),
  );
  console.log(json ? JSON.stringify(Object.fromEntries(found), undefined, 2) : outputsTable(found));
  return 0;
});
