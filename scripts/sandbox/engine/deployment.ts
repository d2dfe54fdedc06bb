import type { StepKind } from "./display";
import { type Goal, goalOf, toState, withIgnored } from "./goal";
import { type Applied, type Diff, type ResourceManager, StateOnly } from "./manager";
import { getAt, parsePath } from "./paths";
import { deleteNow, dependentsToReplace, refuseProtected } from "./removal";
import type { Stage } from "./stage";
import { dependenciesOf, type ResourceState } from "./state";
import * as urns from "./urn";
import { changedKeys, equal, hasUnknown, markSecrets, type Properties, UNKNOWN } from "./values";

export interface Registration {
  urn: string;
  /** Undefined when it failed, or was skipped because of a failure before it. */
  state?: ResourceState;
  skipped?: boolean;
}

/** Components exist in the state only. */
export const COMPONENTS = new StateOnly();

/** Brings the resources of a stack to what a program registers; registrations may come at once. */
export class Deployment {
  readonly #registered = new Set<string>();
  readonly #defaults = new Map<string, Promise<string>>();
  /** Deleted already, because what they depend on is replaced; their registration creates the replacement. */
  readonly #deletedFirst = new Set<string>();

  constructor(private readonly stage: Stage) {}

  /** @throws when the URN is taken; a failing provider is told and remembered instead. */
  register(asked: Goal): Promise<Registration> {
    const { type, version, inputs } = asked;
    // The version of an explicit provider is one of its inputs, as it is of a default one.
    const goal = urns.isProvider(type) && version ? { ...asked, inputs: { version, ...inputs } } : asked;
    const urn = this.#claim(goal);
    return this.#attempt(urn, goal, () => this.#apply(urn, goal));
  }

  /** Reads a resource that somebody else manages. */
  read(goal: Goal, id: string): Promise<Registration> {
    const urn = this.#claim(goal);
    return this.#attempt(urn, goal, () => this.#read(urn, goal, id));
  }

  #claim({ parent, type, name }: Goal): string {
    const urn = urns.createUrn(this.stage.stack, this.stage.project, parent, type, name);
    if (this.#registered.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    this.#registered.add(urn);
    return urn;
  }

  async #attempt(urn: string, goal: Goal, apply: () => Promise<ResourceState>): Promise<Registration> {
    const { work } = this.stage;
    const needs = dependenciesOf(toState(urn, goal, goal.provider, {}));
    if (needs.some((need) => work.failed.has(need))) {
      work.failed.add(urn);
      return { urn, skipped: true };
    }
    return { urn, state: await work.attempt(urn, apply) };
  }

  /** The default provider of a package, registered on first use. */
  defaultProvider(pkg: string, version: string): Promise<string> {
    const name = version ? `default_${version.replace(/[^A-Za-z0-9]/g, "_")}` : "default";
    let ref = this.#defaults.get(`${pkg}/${name}`);
    if (!ref) this.#defaults.set(`${pkg}/${name}`, (ref = this.#registerDefault(pkg, name, version)));
    return ref;
  }

  async #registerDefault(pkg: string, name: string, version: string): Promise<string> {
    const inputs = { ...this.stage.providerConfig(pkg), ...(version && { version }) };
    const goal = goalOf({ type: urns.providerType(pkg), name, inputs });
    const urn = this.#claim(goal);
    return urns.providerRef(urn, (await this.#apply(urn, goal)).id ?? UNKNOWN);
  }

  async #apply(urn: string, goal: Goal): Promise<ResourceState> {
    const { snapshot, providers, work } = this.stage;
    const managed = goal.custom && !urns.isProvider(goal.type);
    const provider = managed
      ? goal.provider || (await this.defaultProvider(urns.packageOf(goal.type), goal.version))
      : "";
    const manager = goal.custom ? await providers.manager(goal.type, provider) : COMPONENTS;
    return work.inSlot(async () => {
      const old = snapshot.match(urn, goal.aliases);
      const known = old ?? snapshot.pendingCreates.find((pending) => pending.urn === urn);
      const inputs = await this.#check(manager, urn, known?.inputs ?? {}, old ? withIgnored(goal, old) : goal.inputs);
      const state = toState(urn, goal, provider, inputs);
      if (!old) return this.#create(manager, state, this.#deletedFirst.has(urn) ? "replace" : "create");
      const diff = await this.#diff(manager, old, state, goal);
      if (diff.replaces.length > 0) return this.#replace(manager, old, state, goal, diff);
      if (diff.changes === "none" && !old.initErrors?.length) return this.#same(old, state);
      return this.#update(manager, old, state, diff.changed);
    });
  }

  async #check(manager: ResourceManager, urn: string, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures } = await manager.check(urn, olds, news);
    if (failures.length > 0) {
      throw new Error(
        failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason)).join("\n"),
      );
    }
    if (!this.stage.preview && hasUnknown(inputs)) throw new Error("an input depends on a resource that failed");
    return inputs;
  }

  async #diff(manager: ResourceManager, old: ResourceState, state: ResourceState, goal: Goal): Promise<Diff> {
    if (await this.#providerReplaced(old.provider, state.provider)) {
      return { changes: "some", replaces: ["provider"], changed: ["provider"], deleteBeforeReplace: false };
    }
    const diff = await manager.diff(old, state.inputs!, goal.ignoreChanges);
    const compared = changedKeys(old.inputs ?? {}, state.inputs!);
    const changes = diff.changes === "unknown" ? (compared.length > 0 ? "some" : "none") : diff.changes;
    if (changes === "none") return { ...diff, changes, replaces: [] };
    const changed = diff.changed.length > 0 ? diff.changed : compared;
    const forced = goal.replaceOnChanges.filter((text) => {
      const path = parsePath(text);
      if (path[0] === "*") return true;
      if (path.length === 1 || path.includes("*")) return changed.includes(String(path[0]));
      return !equal(getAt(old.inputs, path), getAt(state.inputs, path));
    });
    return { ...diff, changes, changed, replaces: [...diff.replaces, ...forced] };
  }

  async #providerReplaced(from: string | undefined, to: string | undefined): Promise<boolean> {
    if (!from || !to || from === to) return false;
    if ([from, to].every((ref) => urns.isDefaultProvider(urns.splitRef(ref).urn))) return false;
    return !(await this.stage.providers.interchangeable(from, to));
  }

  async #same(old: ResourceState, state: ResourceState): Promise<ResourceState> {
    const { id, outputs = {}, created, modified } = old;
    const next = { ...state, ...(id !== undefined && { id }), created, modified };
    next.outputs = markSecrets(outputs, state.additionalSecretOutputs ?? []);
    return this.stage.display.step("same", next.urn, [], async () => {
      this.stage.snapshot.put(next, old);
      return next;
    });
  }

  async #create(
    manager: ResourceManager,
    state: ResourceState,
    kind: StepKind,
    changed: string[] = [],
    old?: ResourceState,
  ) {
    const { snapshot, display, preview } = this.stage;
    return display.step(kind, state.urn, changed, async () => {
      if (state.custom && !preview && !urns.isProvider(state.type)) await snapshot.begin(state);
      try {
        const created = await manager.create(state.urn, state.inputs!, state.customTimeouts?.create);
        if (old) old.delete = true;
        const now = new Date().toISOString();
        return await this.#record(
          { ...state, ...(created.id && { id: created.id }), created: now, modified: now },
          created,
        );
      } catch (error) {
        snapshot.abandon(state.urn);
        await snapshot.save();
        throw error;
      }
    });
  }

  async #update(manager: ResourceManager, old: ResourceState, state: ResourceState, changed: string[]) {
    const { display } = this.stage;
    const result = await display.step("update", state.urn, changed, async () => {
      const timeout = state.customTimeouts?.update;
      const updated = await manager.update(old, state.inputs!, state.ignoreChanges ?? [], timeout);
      const { id, created } = old;
      const modified = new Date().toISOString();
      return this.#record({ ...state, ...(id !== undefined && { id }), created, modified }, updated, old);
    });
    display.details(old.inputs ?? {}, state.inputs!, changed);
    return result;
  }

  async #record(state: ResourceState, { outputs, initErrors }: Applied, old?: ResourceState): Promise<ResourceState> {
    state.outputs = markSecrets(outputs, state.additionalSecretOutputs ?? []);
    if (initErrors) state.initErrors = initErrors;
    this.stage.snapshot.put(state, old);
    await this.stage.snapshot.save();
    if (initErrors) throw new Error(`it exists but isn't in order: ${initErrors.join("; ")}`);
    return state;
  }

  async #replace(manager: ResourceManager, old: ResourceState, state: ResourceState, goal: Goal, diff: Diff) {
    refuseProtected([old], "replaced");
    // The replacement may exist beside the old one, so it must not inherit a name that the provider made up.
    const fresh = { ...state, inputs: await this.#check(manager, state.urn, {}, goal.inputs) };
    const deleteFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
    if (deleteFirst) await this.#deleteFirst(old);
    const created = await this.#create(manager, fresh, "replace", diff.changed, deleteFirst ? undefined : old);
    this.stage.display.details(old.inputs ?? {}, fresh.inputs, diff.changed);
    return created;
  }

  async #deleteFirst(old: ResourceState): Promise<void> {
    const dependents = await dependentsToReplace(this.stage, old);
    refuseProtected(dependents, "replaced");
    for (const resource of [...dependents.reverse(), old]) {
      await deleteNow(this.stage, resource, "delete-replaced");
      this.#deletedFirst.add(resource.urn);
    }
  }

  async #read(urn: string, goal: Goal, id: string): Promise<ResourceState> {
    const { display, preview, providers, snapshot } = this.stage;
    const provider = goal.provider || (await this.defaultProvider(urns.packageOf(goal.type), goal.version));
    const state: ResourceState = { ...toState(urn, goal, provider, goal.inputs), id, external: true };
    if (preview && (id === UNKNOWN || hasUnknown(goal.inputs))) return state;
    const manager = await providers.manager(goal.type, provider);
    const known = { inputs: goal.inputs, outputs: goal.inputs };
    const found = await display.step("read", urn, [], () => manager.read(urn, id, known));
    if (!found) throw new Error(`resource '${id}' does not exist`);
    state.outputs = markSecrets(found.outputs, goal.additionalSecretOutputs);
    snapshot.put(
      state,
      snapshot.remaining.find((resource) => resource.urn === urn && resource.external),
    );
    return state;
  }
}
