import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { readStacks } from "../stacks";

/** `make verify`: is it healthy, from the outside in. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const environment = await enter(requireEnv(args.env));
  const [stacks, { verify }] = await Promise.all([readStacks(environment), import("../verify")]);
  mentionInterrupted(environment, stacks);
  return verify(environment, stacks, { json });
});
