import type { Display } from "./display";
import { messageOf, Reported } from "./errors";
import type { ResourceManager } from "./manager";
import type { Snapshot } from "./snapshot";
import type { Properties } from "./values";

/** What an operation on a stack works with. */
export interface Stage {
  project: string;
  stack: string;
  preview: boolean;
  snapshot: Snapshot;
  providers: Managers;
  display: Pick<Display, "step" | "details" | "log" | "output">;
  work: Work;
  /** Configuration of default providers, by package. */
  providerConfig(pkg: string): Properties;
}

interface Managers {
  /** The manager of resources of a type; `ref` names their provider. */
  manager(type: string, ref: string): Promise<ResourceManager>;
  /** Whether resources can stay as they are when their provider `from` gives way to `to`. */
  interchangeable(from: string, to: string): Promise<boolean>;
}

/** The running steps of an operation: how many at once, which failed, and whether new ones may begin. */
export class Work {
  /** URNs of resources that failed or were skipped because of one; empty for a failure of the operation itself. */
  readonly failed = new Set<string>();
  cancelled = false;
  readonly #running = new Set<Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(
    readonly parallel: number,
    private readonly display: Pick<Display, "log">,
  ) {
    this.#free = parallel;
  }

  /** Resolves when every running step has ended. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Remembers a failure and tells it, unless it was told already. */
  fail(urn: string, message: string): void {
    this.failed.add(urn);
    if (message) this.display.log("error", urn, message);
  }

  /** Does the work for a resource. Undefined, after telling, when it fails; a deployment goes on with the others. */
  async attempt<T>(urn: string, work: () => Promise<T>): Promise<T | undefined> {
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      this.fail(urn, error instanceof Reported ? "" : messageOf(error));
      return undefined;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Waits for one of the slots for parallel work. @throws when the operation was cancelled meanwhile. */
  async inSlot<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.cancelled) throw new Reported();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
