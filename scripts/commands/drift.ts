import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { layers } from "../layers";
import { type DriftedResource, findDrift } from "../pulumi/drift";
import { readStates } from "../pulumi/stacks";
import { table, terminalWidth } from "../table";
import { saying } from "../waiting";

/** Exit code where something has drifted; 1 is that of a look that failed. */
const drifted = 2;

/** `make drift`: what was changed outside of Pulumi. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { name } = await enter(requireEnv(args.env));
  const states = await readStates(name);
  const deployed = layers.filter((layer) => states[layer].outputs !== undefined);
  const absent = layers.filter((layer) => !deployed.includes(layer));
  const what = `comparing ${deployed.join(", ") || "nothing"} with AWS`;
  console.error(`${what} …`);
  const found = (await saying(what, Promise.all(deployed.map((layer) => findDrift(layer, name))))).flat();
  if (json) {
    console.log(JSON.stringify(found, undefined, 2));
  } else {
    console.log(found.length > 0 ? describeDrift(name, found) : `${name} is in AWS as Pulumi's state has it.`);
  }
  if (absent.length > 0) {
    console.error(`Not deployed: ${absent.join(", ")}.`);
  }
  return found.length > 0 ? drifted : 0;
});

function describeDrift(env: string, found: DriftedResource[]): string {
  const rows = found.map(({ layer, name, type, properties, gone }) => {
    const differs = gone ? "gone from AWS" : properties.join(", ");
    return name === "" ? [layer, "(not named by Pulumi)", "", ""] : [layer, name, type, differs];
  });
  return [
    table(["LAYER", "RESOURCE", "TYPE", "DIFFERS"], rows, terminalWidth()),
    ``,
    `To set it back, look at what that changes and deploy, in the layer's folder: pulumi up --refresh --stack ${env}`,
  ].join("\n");
}
