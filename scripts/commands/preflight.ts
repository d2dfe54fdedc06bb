import { layers } from "@selfhosted/common/layer";
import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { readStacks } from "../stacks";

/** `make preflight`: configuration and every prerequisite, all problems at once. Changes nothing. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const name = requireEnv(args.env);
  const reading = enter(name, { mayStart: true }).then(async (environment) => {
    return { environment, stacks: await readStacks(environment, { configurationOf: layers }) };
  });
  const [read, { preflight, preflightUnread }] = await Promise.all([
    reading.catch((error: unknown) => ({ error })),
    import("../preflight/preflight"),
  ]);
  return "error" in read ? preflightUnread(name, read.error, json) : preflight(read.environment, read.stacks, json);
});
