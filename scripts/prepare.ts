import { runApart } from "./apart";
import type { Environment } from "./environment";
import { preflight } from "./preflight/preflight";
import { provideSearchRole } from "./preflight/search-role";
import { stateOf } from "./release/pulumi-state";
import { refreshAfterEcsRollback } from "./release/roll";
import type { Stacks } from "./stacks";

/** What is done before Pulumi changes anything. AWS's clients and the layers' rules take more memory than one of Pulumi's programs. */
export interface Preparation {
  environment: Environment;
  stacks: Stacks;
}

runApart(async ({ environment, stacks }: Preparation) => {
  if ((await preflight(environment, stacks)) !== 0) {
    return 1;
  }
  await refreshAfterEcsRollback(environment.name, stateOf(stacks.application));
  await provideSearchRole(environment, stacks.infrastructure);
  return 0;
});
