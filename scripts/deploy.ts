import type { Environment } from "./environment";
import { layers } from "./layers";
import { preflight } from "./preflight/preflight";
import { provideSearchRole } from "./preflight/search-role";
import { eachLayer, withoutAsking } from "./pulumi/cli";
import { readStackState, readStates } from "./pulumi/stacks";
import { recoverFirst, refuseInterrupted } from "./recovery/interrupted";
import { stateOf } from "./release/pulumi-state";
import { explainServices, refreshAfterEcsRollback } from "./release/roll";
import { explain } from "./report";
import type { Stacks } from "./stacks";
import { verify } from "./verify";

/**
 * Installs or updates every layer in order, and verifies the installation.
 *
 * @returns the exit code.
 */
export async function deploy(environment: Environment, stacks: Stacks, confirmed: boolean): Promise<number> {
  const { name, isSandbox } = environment;
  refuseInterrupted(environment, stacks);
  if ((await preflight(environment, stacks)) !== 0) {
    return 1;
  }
  await refreshAfterEcsRollback(name, stateOf(stacks.application));
  await provideSearchRole(environment, stacks.infrastructure);
  const failed = await eachLayer(layers, ["up", "--stack", name, ...(isSandbox || confirmed ? withoutAsking : [])]);
  if (failed === undefined) {
    return verify(environment, await readStates(name), { patient: true });
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
}

/** What the services run, where that isn't what was deployed: Pulumi shows the reason of ECS, not that of the tasks. */
async function summaryOf(env: string): Promise<string> {
  try {
    return await explainServices(stateOf(await readStackState("application", env)));
  } catch (error) {
    return explain(error, "what the services run");
  }
}
