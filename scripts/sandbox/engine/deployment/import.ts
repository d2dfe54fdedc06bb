import { ensure } from "../errors";
import type { ResourceState } from "../state/state";
import { createUrn, packageOf, providerRef, providerType } from "../state/urn";
import type { Stage } from "./work";

/** A resource that exists, to be taken into the state; its parent and its provider are there already. */
export interface Import {
  type: string;
  name: string;
  id: string;
  /** URNs; the stack itself, and the default provider, where there are none. */
  parent?: string;
  provider?: string;
  protect: boolean;
}

export async function importResources(stage: Stage, imports: Import[]): Promise<void> {
  const { display, snapshot, work } = stage;
  const states = imports.map((each) => stateOf(stage, each));
  const named = imports.flatMap(({ parent, provider }) => [parent, provider]);
  states.forEach(({ urn, type }, index) => {
    const isAmbiguous = named.includes(urn) || states.findIndex((other) => other.urn === urn) !== index;
    ensure(!isAmbiguous, `resource '${imports[index].name}' of type '${type}' has an ambiguous URN`);
  });
  // What is in the state goes before what may depend on it.
  for (const old of snapshot.remaining.filter((each) => !each.delete)) {
    await display.step("same", old, async () => snapshot.put({ ...old }, old));
  }
  await Promise.all(states.map((state) => work.attempt(state.urn, () => importOne(stage, state))));
}

function stateOf({ project, stack, snapshot }: Stage, asked: Import): ResourceState & { id: string } {
  const { type, name, id, protect, parent = rootOf(stack, project) } = asked;
  const urn = createUrn(stack, project, parent, type, name);
  const { provider = createUrn(stack, project, "", providerType(packageOf(type)), "default") } = asked;
  const manager = snapshot.find(provider);
  ensure(manager?.id, `the stack has no provider ${provider}: deploy it first, or name another`);
  return { urn, type, custom: true, id, parent, protect, provider: providerRef(provider, manager.id) };
}

const rootOf = (stack: string, project: string): string =>
  createUrn(stack, project, "", "pulumi:pulumi:Stack", `${project}-${stack}`);

async function importOne({ display, providers, snapshot }: Stage, state: ResourceState & { id: string }) {
  const { urn, id, parent = "" } = state;
  const known = snapshot.resources.find((each) => each.urn === urn && !each.delete);
  ensure(!known || known.id === id, `resource '${urn}' already exists`);
  if (known) {
    return;
  }
  ensure(snapshot.find(parent), `unknown parent '${parent}' for resource '${urn}'`);
  await display.step("import", state, () =>
    snapshot.during("importing", state, async () => {
      const manager = await providers.manager(state);
      const found = await manager.read(state);
      ensure(found, `resource '${id}' does not exist`);
      const { inputs = {}, outputs } = found;
      const { failures } = await manager.check(urn, inputs, inputs);
      failures.forEach(({ reason }) => display.log("warning", urn, reason));
      const now = new Date().toISOString();
      snapshot.put({ ...state, id: found.id, inputs, outputs, created: now, modified: now });
    }),
  );
}
