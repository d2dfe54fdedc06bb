import { applicationContract } from "@selfhosted/common";
import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { eachLayer } from "./lib/each-layer";
import { readLayer } from "./lib/layers";
import { preflight } from "./lib/preflight";
import { layers } from "./lib/pulumi";
import { learnRollbacks } from "./lib/release/roll";
import { lookAtServed } from "./lib/release/served";
import { readState } from "./lib/release/state";
import { provideSearchRole } from "./lib/search-role";
import { verify } from "./lib/verify";

/** `make deploy`: every layer in order, then the verdict. */
command({ env: { type: "string" }, yes: { type: "boolean" } }, async (args) => {
  const environment = await enter(requireEnv(args.env));
  const { name, isSandbox } = environment;
  if ((await preflight(environment)) !== 0) {
    return 1;
  }
  const application = await readLayer(applicationContract, name);
  if (application) {
    const [state, found] = await Promise.all([readState(name), lookAtServed(application)]);
    await learnRollbacks(name, state, found);
  }
  await provideSearchRole(environment);
  const consent = isSandbox || args.yes ? ["--yes", "--skip-preview", "--non-interactive"] : [];
  const failed = await eachLayer(layers, () => ["up", "--stack", name, ...consent]);
  return failed ?? (await verify(environment));
});
