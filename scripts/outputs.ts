import { command, requireEnv, requireFlag } from "./lib/command";
import { enter } from "./lib/environment";
import { layers, stackOutputs } from "./lib/pulumi";
import { outputsTable } from "./lib/outputs-table";

/** `make outputs`: what each layer tells, secrets masked. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { name } = await enter(requireEnv(args.env));
  const found = await Promise.all(
    layers.map(async (layer) => [layer, (await stackOutputs(layer, name)) ?? {}] as const),
  );
  console.log(json ? JSON.stringify(Object.fromEntries(found), undefined, 2) : outputsTable(found));
  return 0;
});
