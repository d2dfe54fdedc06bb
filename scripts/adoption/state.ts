import { isDeepStrictEqual } from "node:util";
import { mustPulumi } from "../pulumi/cli";
import type { PendingOperation, StateResource } from "../pulumi/stacks";
import type { Import } from "./part";
import { refuseDeployed } from "./unfinished";

const layer = "infrastructure";

/** As `pulumi stack export` gives it and `pulumi stack import` takes it. */
export interface State {
  version: number;
  deployment?: { resources?: StateResource[]; pending_operations?: PendingOperation[] } | null;
}

/**
 * The state of the infrastructure layer as it is now.
 *
 * @throws Error where it holds anything but what is taken over.
 */
export async function readState(env: string, imports: Import[]): Promise<State> {
  const state = JSON.parse(await mustPulumi(layer, ["stack", "export", "--stack", env])) as State;
  const { resources = [], pending_operations: operations = [] } = state.deployment ?? {};
  refuseDeployed(env, { resources, operations }, imports);
  return state;
}

/**
 * Puts other resources in the place of those of a state. What somebody else has deployed meanwhile is never overwritten: the state is read
 * again just before, and while a deployment that began after that holds the lock, Pulumi refuses the import
 * (https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/backend.go).
 */
export async function replaceState(
  env: string,
  { version, deployment }: State,
  resources: StateResource[],
  imports: Import[],
): Promise<void> {
  const { deployment: present } = await readState(env, imports);
  const wanted = { resources, pending_operations: deployment?.pending_operations ?? [] };
  const { resources: found = [], pending_operations = [] } = present ?? {};
  if (isDeepStrictEqual({ resources: found, pending_operations }, wanted)) {
    return;
  }
  const input = JSON.stringify({ version, deployment: { manifest: {}, ...deployment, resources } });
  await mustPulumi(layer, ["stack", "import", "--stack", env, "--non-interactive"], { input });
}
