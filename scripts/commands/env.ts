import { command, requireEnv } from "../command";
import { enter } from "../environment";
import { shellCommands } from "../sandbox/isolation";

/** `make env`: shell commands after which a plain `pulumi` in any layer works in the environment. */
command({ env: { type: "string" } }, async (args) => {
  const before = { ...process.env };
  await enter(requireEnv(args.env), { mayStart: true });
  shellCommands(before, process.env).forEach((line) => console.log(line));
  return 0;
});
