import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { status } from "../status";
import { table } from "../table";

/** `make status`: what runs where, with which image. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const environment = await enter(requireEnv(args.env));
  const [rows] = await Promise.all([status(environment.name), mentionInterrupted(environment)]);
  const columns = rows.map(({ what, where, version, state }) => [what, where, version, state]);
  console.log(json ? JSON.stringify(rows, undefined, 2) : table(["WHAT", "WHERE", "VERSION", "STATE"], columns));
  return 0;
});
