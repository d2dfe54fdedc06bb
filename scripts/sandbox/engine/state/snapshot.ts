import { type Operation, type ResourceState, withReferences } from "./state";
import { isProvider } from "./urn";

/** The state of a stack while an operation changes it: what it registered so far, then what was there before. */
export class Snapshot {
  readonly news: ResourceState[] = [];
  /** Old states that are superseded, or whose resource is deleted. */
  private readonly gone = new Set<ResourceState>();
  private readonly running = new Set<Operation>();
  private saving: Promise<void> | undefined;

  constructor(
    private readonly olds: readonly ResourceState[],
    /** Operations that a killed process left behind. Only the creations stay: the state may lack what they made. */
    readonly interrupted: readonly Operation[],
    private readonly write: (resources: ResourceState[], pending: Operation[]) => void,
  ) {}

  /** Old resources that nothing has superseded yet. */
  get remaining(): ResourceState[] {
    return this.olds.filter((resource) => !this.gone.has(resource));
  }

  get resources(): ResourceState[] {
    return [...this.news.filter((resource) => !this.gone.has(resource)), ...this.remaining];
  }

  find(urn: string, id?: string): ResourceState | undefined {
    return this.resources.find((resource) => resource.urn === urn && (id === undefined || resource.id === id));
  }

  /** The old state of a resource that is registered now, by its URN or a former one. */
  match(urn: string, aliases: readonly string[]): ResourceState | undefined {
    const candidates = this.remaining.filter((old) => !old.delete && !old.external && !old.pendingReplacement);
    const names = [urn, ...aliases].filter((name) => candidates.some((old) => old.urn === name));
    if (names.length > 0 && names[0] !== urn) {
      // What refers to a renamed resource follows it.
      this.change((old) => withReferences(old, (each) => (each === names[0] ? urn : each)));
    }
    return candidates.find((old) => old.urn === names[0]);
  }

  /** Records a resource in place of its old state. */
  put(resource: ResourceState, old?: ResourceState): void {
    this.news.push(resource);
    if (old) {
      this.gone.add(old);
    }
  }

  drop(resource: ResourceState): void {
    this.gone.add(resource);
  }

  /** Gives old resources another state, each in its place; those that get none leave. */
  change(next: (old: ResourceState) => ResourceState | undefined): void {
    for (const old of this.remaining) {
      const changed = next(old);
      if (changed) {
        Object.assign(old, changed);
      } else {
        this.gone.add(old);
      }
    }
  }

  /** Does something that the state says is pending until it has ended, and for ever if this process is killed meanwhile. */
  async during<T>(type: Operation["type"], resource: ResourceState, step: () => Promise<T>): Promise<T> {
    if (!resource.custom || isProvider(resource.type)) {
      return step(); // It is in the state and nowhere else.
    }
    const operation = { resource, type };
    this.running.add(operation);
    await this.save();
    try {
      return await step();
    } finally {
      this.running.delete(operation);
      await this.save();
    }
  }

  /** Writes the state; what changes while a write waits goes into the same write. */
  save(): Promise<void> {
    this.saving ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.saving = undefined;
      const creations = this.interrupted.filter(({ type }) => type === "creating");
      this.write(this.resources, [...this.running, ...creations]);
    });
    return this.saving;
  }
}
