import { ensure } from "../errors";
import type { Applied, Diff, Manager } from "../providers/manager";
import { dependenciesOf, type ResourceState } from "../state/state";
import * as urns from "../state/urn";
import { changedKeys, hasUnknown, markSecrets, type Properties, unknown } from "../state/values";
import { type Goal, topLevel, toState, withIgnored } from "./goal";
import { deleteNow, dependentsToReplace } from "./removal";
import type { Stage } from "./work";

/** Brings the resources of a stack to what a program registers; registrations may come at once. */
export class Deployment {
  private readonly registered = new Set<string>();
  private readonly defaults = new Map<string, Promise<string>>();
  /** Deleted already, because what they depend on is replaced; their registration creates the replacement. */
  private readonly deletedFirst = new Set<string>();
  /** Not created, because they aren't among the targets. */
  private readonly leftOut = new Set<string>();

  constructor(private readonly stage: Stage) {}

  /** Undefined when it failed, which has been shown. @throws when the URN is taken. */
  async register(asked: Goal): Promise<ResourceState | undefined> {
    // The version of an explicit provider is one of its inputs, as it is of a default one.
    const { type, version, inputs } = asked;
    const goal = urns.isProvider(type) && version ? { ...asked, inputs: { version, ...inputs } } : asked;
    const urn = this.claim(goal);
    const provider = goal.custom && !urns.isProvider(type) ? await this.providerFor(goal) : undefined;
    return this.stage.work.attempt(urn, () => this.apply(urn, goal, provider));
  }

  /** Reads a resource that somebody else manages. */
  async read(goal: Goal, id: string): Promise<ResourceState | undefined> {
    const urn = this.claim(goal);
    const provider = await this.providerFor(goal);
    return this.stage.work.attempt(urn, () => this.readExternal(urn, goal, provider, id));
  }

  private claim({ parent = "", type, name }: Goal): string {
    const urn = urns.createUrn(this.stage.stack, this.stage.project, parent, type, name);
    ensure(!this.registered.has(urn), `Duplicate resource URN '${urn}'; try giving it a unique name`);
    this.registered.add(urn);
    return urn;
  }

  private async providerFor({ provider, type, version }: Goal): Promise<string> {
    return provider || this.defaultProvider(urns.packageOf(type), version);
  }

  /** The default provider of a package, registered on first use. */
  defaultProvider(pkg: string, version = ""): Promise<string> {
    const name = version ? `default_${version.replace(/[^A-Za-z0-9]/g, "_")}` : "default";
    const key = `${pkg}/${name}`;
    let ref = this.defaults.get(key);
    if (!ref) {
      const inputs = { ...this.stage.providerConfig(pkg), ...(version && { version }) };
      const goal = { type: urns.providerType(pkg), name, inputs, custom: true };
      const urn = this.claim(goal);
      ref = this.apply(urn, goal, undefined).then(({ id = unknown }) => urns.providerRef(urn, id));
      this.defaults.set(key, ref);
    }
    return ref;
  }

  private async apply(urn: string, goal: Goal, provider: string | undefined): Promise<ResourceState> {
    const { providers, snapshot } = this.stage;
    const asked = toState(urn, goal, provider, goal.inputs);
    const old = snapshot.match(urn, goal.aliases ?? []);
    if (!this.isTargeted(urn)) {
      return this.leave(asked, old);
    }
    const missing = dependenciesOf(asked).find((needed) => this.leftOut.has(needed));
    ensure(!missing, `it depends on ${missing}, which isn't there and isn't a --target`);
    const manager = await providers.manager(asked);
    const inputs = await this.check(manager, urn, old?.inputs ?? {}, old ? withIgnored(goal, old) : goal.inputs);
    const state = { ...asked, inputs };
    if (!old) {
      return this.create(manager, state);
    }
    const diff = await this.diff(manager, old, state);
    if (diff.replaces.length > 0) {
      return this.replace(manager, old, state, goal, diff);
    }
    return diff.changes === "none" && !old.initErrors?.length
      ? this.same(old, state)
      : this.update(manager, old, state, diff.changed);
  }

  private isTargeted(urn: string): boolean {
    const { targets } = this.stage;
    return targets.size === 0 || targets.has(urn) || urns.isStack(urns.urnType(urn)) || urns.isDefaultProvider(urn);
  }

  private async leave(asked: ResourceState, old: ResourceState | undefined): Promise<ResourceState> {
    if (old) {
      return this.same(old, { ...old, urn: asked.urn });
    }
    this.leftOut.add(asked.urn);
    return { ...asked, outputs: asked.inputs };
  }

  private async check(manager: Manager, urn: string, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures } = await manager.check(urn, olds, news);
    if (failures.length > 0) {
      const reasons = failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason));
      throw new Error(reasons.join("\n"));
    }
    return inputs;
  }

  private async diff(manager: Manager, old: ResourceState, state: ResourceState): Promise<Diff> {
    const inputs = state.inputs ?? {};
    const diff = await manager.diff({ ...old, ignoreChanges: state.ignoreChanges }, inputs);
    const compared = changedKeys(old.inputs ?? {}, inputs);
    const isNone = diff.changes === "none" || (diff.changes === "unknown" && compared.length === 0);
    const changed = diff.changed.length > 0 ? diff.changed : compared;
    const forced = (state.replaceOnChanges ?? []).map(topLevel).filter((name) => diff.changed.includes(name));
    return isNone
      ? { ...diff, changes: "none", replaces: [] }
      : { ...diff, changes: "some", changed, replaces: [...diff.replaces, ...forced] };
  }

  private async same(old: ResourceState, state: ResourceState): Promise<ResourceState> {
    const { id, outputs = {}, created, modified } = old;
    const next = { ...state, ...(id !== undefined && { id }), created, modified };
    next.outputs = markSecrets(outputs, state.additionalSecretOutputs);
    return this.stage.display.step("same", next, async () => {
      this.stage.snapshot.put(next, old);
      return next;
    });
  }

  /** @param old its predecessor, if that is still there. */
  private create(manager: Manager, state: ResourceState, changed?: string[], old?: ResourceState) {
    const { snapshot, display } = this.stage;
    const isReplacement = changed !== undefined || this.deletedFirst.has(state.urn);
    const make = async (): Promise<ResourceState> => {
      const created = await manager.create(state);
      if (old) {
        old.delete = true;
      }
      const now = new Date().toISOString();
      return this.record({ ...state, ...(created.id && { id: created.id }), created: now, modified: now }, created);
    };
    const work = (): Promise<ResourceState> => snapshot.during("creating", state, () => this.known(state, make));
    return display.step(isReplacement ? "replace" : "create", state, work, changed);
  }

  private update(manager: Manager, old: ResourceState, state: ResourceState, changed: string[]) {
    const { snapshot, display } = this.stage;
    const change = async (): Promise<ResourceState> => {
      const updated = await manager.update(old, state);
      const { id, created } = old;
      const modified = new Date().toISOString();
      return this.record({ ...state, ...(id !== undefined && { id }), created, modified }, updated, old);
    };
    const work = (): Promise<ResourceState> => snapshot.during("updating", state, () => this.known(state, change));
    return display.step("update", state, work, changed);
  }

  /** Outside of a preview nothing is made from values that nobody knows. */
  private known<T>({ inputs }: ResourceState, work: () => Promise<T>): Promise<T> {
    ensure(this.stage.preview || !hasUnknown(inputs), "an input isn't known");
    return work();
  }

  private record(state: ResourceState, { outputs, initErrors }: Applied, old?: ResourceState): ResourceState {
    state.outputs = markSecrets(outputs, state.additionalSecretOutputs);
    if (initErrors) {
      state.initErrors = initErrors;
    }
    this.stage.snapshot.put(state, old);
    ensure(!initErrors, initErrors?.join("; ") ?? "");
    return state;
  }

  private async replace(manager: Manager, old: ResourceState, state: ResourceState, goal: Goal, diff: Diff) {
    const deleteFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
    const dependents = deleteFirst ? await dependentsToReplace(this.stage, old) : [];
    const kept = [old, ...dependents].find(({ protect }) => protect);
    ensure(
      !kept,
      `unable to replace resource "${kept?.urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
        "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
    );
    // The replacement may exist beside the old one, so it must not inherit a name that the provider made up.
    const fresh = { ...state, inputs: await this.check(manager, state.urn, {}, goal.inputs) };
    for (const resource of deleteFirst ? [...dependents.reverse(), old] : []) {
      await deleteNow(this.stage, resource, { isReplaced: true });
      this.deletedFirst.add(resource.urn);
    }
    return this.create(manager, fresh, diff.changed, deleteFirst ? undefined : old);
  }

  private async readExternal(urn: string, goal: Goal, provider: string, id: string): Promise<ResourceState> {
    const { display, preview, providers, snapshot } = this.stage;
    const state: ResourceState = { ...toState(urn, goal, provider, goal.inputs), id, external: true };
    if (preview && (id === unknown || hasUnknown(goal.inputs))) {
      return state;
    }
    const manager = await providers.manager(state);
    return display.step("read", state, () =>
      snapshot.during("reading", state, async () => {
        const found = await manager.read({ ...state, outputs: goal.inputs });
        ensure(found, `resource '${id}' does not exist`);
        state.outputs = markSecrets(found.outputs, goal.additionalSecretOutputs);
        snapshot.put(
          state,
          snapshot.remaining.find((old) => old.urn === urn && old.external),
        );
        return state;
      }),
    );
  }
}
