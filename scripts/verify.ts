import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { verify } from "./lib/verify";

/** `make verify`: is it healthy, from the outside in. */
command({ env: { type: "string" }, json: { type: "boolean" } }, async ({ env, json }) =>
  verify(await enter(requireEnv(env)), json),
);
