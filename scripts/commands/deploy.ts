import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { layers } from "../layers";
import { preflight } from "../preflight/preflight";
import { provideSearchRole } from "../preflight/search-role";
import { eachLayer, withoutAsking } from "../pulumi/cli";
import { recoverFirst, refuseInterrupted } from "../recovery/interrupted";
import { readState } from "../release/pulumi-state";
import { explainServices, refreshAfterEcsRollback } from "../release/roll";
import { explain } from "../report";
import { verify } from "../verify";

/** `make deploy`: every layer in order, then the verdict. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const confirmed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env), { mayStart: true });
  const { name, isSandbox } = environment;
  await refuseInterrupted(environment);
  if ((await preflight(environment)) !== 0) {
    return 1;
  }
  await refreshAfterEcsRollback(name, await readState(name));
  await provideSearchRole(environment);
  const failed = await eachLayer(layers, ["up", "--stack", name, ...(isSandbox || confirmed ? withoutAsking : [])]);
  if (failed === undefined) {
    return verify(environment, { patient: true });
  }
  const summary = failed.layer === "application" ? await summaryOf(name) : "";
  if (summary !== "") {
    console.error(summary);
  }
  const first = await recoverFirst(environment);
  console.error(
    first === ""
      ? `Where something exists already and isn't in the state: make recover ENV=${name}`
      : `It was interrupted. Go on with: ${first}make deploy ENV=${name}`,
  );
  return failed.code;
});

/** What the services run, where that isn't what was deployed: Pulumi shows the reason of ECS, not that of the tasks. */
async function summaryOf(env: string): Promise<string> {
  try {
    return await explainServices(await readState(env));
  } catch (error) {
    return explain(error, "what the services run");
  }
}
