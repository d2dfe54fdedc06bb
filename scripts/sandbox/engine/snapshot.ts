import { dependenciesOf, type Operation, type ResourceState } from "./state";
import { splitRef } from "./urn";

/** The state of a stack while a deployment changes it: what it registered so far, then what was there before. */
export class Snapshot {
  readonly news: ResourceState[] = [];
  /** Old states that are superseded, or whose resource is deleted. */
  readonly #gone = new Set<ResourceState>();
  readonly #pending = new Map<string, Operation>();
  #olds: ResourceState[];
  #saving: Promise<void> | undefined;
  #dirty = false;

  constructor(
    olds: readonly ResourceState[],
    pending: readonly Operation[],
    private readonly write: (resources: ResourceState[], pending: Operation[]) => void,
  ) {
    this.#olds = [...olds];
    for (const operation of pending) this.#pending.set(operation.resource.urn, operation);
  }

  /** Old resources that nothing has superseded yet. */
  get remaining(): ResourceState[] {
    return this.#olds.filter((resource) => !this.#gone.has(resource));
  }

  get resources(): ResourceState[] {
    return [...this.news, ...this.remaining];
  }

  find(urn: string, id?: string): ResourceState | undefined {
    return this.resources.find((resource) => resource.urn === urn && (id === undefined || resource.id === id));
  }

  /** The old state of a resource that is registered now, by its URN or a former one. */
  match(urn: string, aliases: readonly string[]): ResourceState | undefined {
    const candidates = this.remaining.filter((old) => !old.delete && !old.external && !old.pendingReplacement);
    for (const name of [urn, ...aliases]) {
      const old = candidates.find((candidate) => candidate.urn === name);
      if (!old) continue;
      if (name !== urn) this.#rename(name, urn);
      return old;
    }
    return undefined;
  }

  /** Lets the old resources that refer to a renamed one follow it. */
  #rename(from: string, to: string): void {
    const follow = (urn: string): string => (urn === from ? to : urn);
    for (const old of this.remaining) {
      if (!dependenciesOf(old).includes(from)) continue;
      if (old.parent) old.parent = follow(old.parent);
      if (old.deletedWith) old.deletedWith = follow(old.deletedWith);
      if (old.provider) old.provider = `${follow(splitRef(old.provider).urn)}::${splitRef(old.provider).id}`;
      old.dependencies = old.dependencies?.map(follow);
      for (const urns of Object.values(old.propertyDependencies ?? {}))
        urns.splice(0, urns.length, ...urns.map(follow));
    }
  }

  /** Records a resource in place of its old state. */
  put(resource: ResourceState, old?: ResourceState): void {
    this.news.push(resource);
    this.#pending.delete(resource.urn);
    if (old) this.#gone.add(old);
    this.#dirty = true;
  }

  /** Takes a resource into the old states, for one found to exist without the state knowing it. */
  adopt(resource: ResourceState): void {
    this.#olds.push(resource);
    this.#pending.delete(resource.urn);
    this.#dirty = true;
  }

  /** Keeps a resource in its place with another state. */
  replace(old: ResourceState, resource: ResourceState): void {
    this.#olds = this.#olds.map((each) => (each === old ? resource : each));
    this.#dirty = true;
  }

  drop(resource: ResourceState): void {
    this.#gone.add(resource);
    this.#dirty = true;
  }

  touch(): void {
    this.#dirty = true;
  }

  /** Notes on disk that a resource is about to be created, so that a killed deployment can be resumed. */
  async begin(resource: ResourceState): Promise<void> {
    this.#pending.set(resource.urn, { resource, type: "creating" });
    this.#dirty = true;
    await this.save();
  }

  abandon(urn: string): void {
    this.#dirty = this.#pending.delete(urn) || this.#dirty;
  }

  /** What a killed deployment was about to create. */
  get pendingCreates(): ResourceState[] {
    return [...this.#pending.values()].filter(({ type }) => type === "creating").map(({ resource }) => resource);
  }

  /** Writes the state where it changed; what changes while a write waits goes into the same write. */
  save(): Promise<void> {
    this.#saving ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.#saving = undefined;
      if (this.#dirty) this.write(this.resources, [...this.#pending.values()]);
      this.#dirty = false;
    });
    return this.#saving;
  }
}
