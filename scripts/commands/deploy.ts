import { layers } from "@selfhosted/common/layer";
import { command, requireEnv, requireFlag } from "../command";
import { deploy, startPreparing } from "../deploy";
import { enter } from "../environment";
import { readStacks } from "../stacks";

/** `make deploy`: every layer in order, then the verdict. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const confirmed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env), { mayStart: true });
  const prepare = startPreparing();
  return deploy(environment, await readStacks(environment, { configurationOf: layers }), { prepare, confirmed });
});
