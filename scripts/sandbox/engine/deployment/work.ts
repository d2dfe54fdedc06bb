import { messageOf, Reported } from "../errors";
import type { Providers } from "../providers/providers";
import type { Snapshot } from "../state/snapshot";
import type { Properties } from "../state/values";
import type { Display } from "./display";

/** What an operation on a stack works with. */
export interface Stage {
  project: string;
  stack: string;
  preview: boolean;
  /** URNs of what may change; everything may where there are none. */
  targets: ReadonlySet<string>;
  snapshot: Snapshot;
  providers: Providers;
  display: Display;
  work: Work;
  /** Configuration of default providers, by package. */
  providerConfig(pkg: string): Properties;
}

/** The running steps of an operation. After the first failure, or when the operation is cancelled, none begins any more. */
export class Work {
  failed = false;
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private readonly waiting: (() => void)[] = [];

  constructor(
    private free: number,
    private readonly display: Pick<Display, "log">,
  ) {}

  /** Aborted when no step may begin any more. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Remembers a failure, reports it unless that is done, and lets no further step begin. */
  fail(urn: string, error: unknown): void {
    this.failed = true;
    if (!(error instanceof Reported)) {
      this.display.log("error", urn, messageOf(error));
    }
    this.stopping.abort();
  }

  /** Does a step for a resource, as soon as there is room for it. Undefined when it failed. */
  async attempt<T>(urn: string, step: () => Promise<T>): Promise<T | undefined> {
    if (this.free > 0) {
      this.free--;
    } else {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const running = this.stopped.aborted ? Promise.reject(new Reported()) : step();
    this.running.add(running);
    try {
      return await running;
    } catch (error) {
      this.fail(urn, error);
      return undefined;
    } finally {
      this.running.delete(running);
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.free++;
      }
    }
  }

  /** Resolves when every running step has ended. */
  async idle(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.allSettled(this.running);
    }
  }
}
