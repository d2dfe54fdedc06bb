import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { preflight } from "../preflight/preflight";

/** `make preflight`: configuration and every prerequisite, all problems at once. Changes nothing. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  return preflight(await enter(requireEnv(args.env), { mayStart: true }), json);
});
