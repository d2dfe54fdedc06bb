import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { verify } from "../verify";

/** `make verify`: is it healthy, from the outside in. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const environment = await enter(requireEnv(args.env));
  const [code] = await Promise.all([verify(environment, { json }), mentionInterrupted(environment)]);
  return code;
});
