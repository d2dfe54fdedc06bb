import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { preflight } from "./lib/preflight";

/** `make preflight`: configuration and every prerequisite, all problems at once. Changes nothing. */
command({ env: { type: "string" }, json: { type: "boolean" } }, async ({ env, json }) =>
  preflight(await enter(requireEnv(env)), json),
);
