import { command, requireEnv, requireFlag } from "./lib/command";
import { enter } from "./lib/environment";
import { eachLayer } from "./lib/each-layer";
import { preflight } from "./lib/preflight";
import { layers } from "./lib/pulumi";
import { explainServices, learnRollbacks } from "./lib/release/roll";
import { readState } from "./lib/release/state";
import { explain } from "./lib/report";
import { provideSearchRole } from "./lib/search-role";
import { verify } from "./lib/verify";

/** `make deploy`: every layer in order, then the verdict. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const confirmed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env));
  const { name, isSandbox } = environment;
  if ((await preflight(environment)) !== 0) {
    return 1;
  }
  await learnRollbacks(name, await readState(name));
  await provideSearchRole(environment);
  const consent = isSandbox || confirmed ? ["--yes", "--skip-preview", "--non-interactive"] : [];
  const failed = await eachLayer(layers, () => ["up", "--stack", name, ...consent]);
  if (failed === undefined) {
    return verify(environment, { patient: true });
  }
  const standing = failed.layer === "application" ? await standingOf(name) : "";
  if (standing !== "") {
    console.error(standing);
  }
  return failed.code;
});

/** What the services run, where that isn't what was asked for: Pulumi shows the reason of ECS, not that of the tasks. */
async function standingOf(env: string): Promise<string> {
  try {
    return await explainServices(await readState(env));
  } catch (error) {
    return `What the services run could not be read: ${explain(error)}`;
  }
}
