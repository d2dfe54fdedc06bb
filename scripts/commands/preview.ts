import { command, requireEnv } from "../command";
import { enter } from "../environment";
import { preview } from "../pulumi/preview";
import { mentionInterrupted } from "../recovery/interrupted";

/** `make preview`: what a deploy would change, layer by layer; nothing is changed. */
command({ env: { type: "string" } }, async (args) => {
  const environment = await enter(requireEnv(args.env), { mayStart: true });
  await mentionInterrupted(environment);
  return preview(environment.name);
});
