import { command, requireEnv } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { readStacks } from "../stacks";

/** `make preview`: what a deploy would change, layer by layer; nothing is changed. */
command({ env: { type: "string" } }, async (args) => {
  const environment = await enter(requireEnv(args.env), { mayStart: true });
  const [stacks, { preview }] = await Promise.all([readStacks(environment), import("../pulumi/preview")]);
  mentionInterrupted(environment, stacks);
  return preview(stacks, environment.name);
});
