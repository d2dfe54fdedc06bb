import { layers } from "@selfhosted/common/layer";
import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { readStacks } from "../stacks";

/** `make preflight`: configuration and every prerequisite, all problems at once. Changes nothing. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const environment = await enter(requireEnv(args.env), { mayStart: true });
  const [stacks, { preflight }] = await Promise.all([
    readStacks(environment, { configurationOf: layers }),
    import("../preflight/preflight"),
  ]);
  mentionInterrupted(environment, stacks);
  return preflight(environment, stacks, json);
});
