import type { ResourceState } from "./state";
import type { Properties } from "./values";

export interface Checked {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export interface Diff {
  /** `unknown` leaves the decision to the engine, which compares the inputs. */
  changes: "none" | "some" | "unknown";
  /** Names of the inputs whose change needs a new resource. */
  replaces: string[];
  changed: string[];
  deleteBeforeReplace: boolean;
}

export interface Applied {
  outputs: Properties;
  /** The resource exists but isn't in order; the next deployment tries again. */
  initErrors?: string[];
}

export interface Created extends Applied {
  /** Empty during a preview. */
  id: string;
}

export interface Read {
  id: string;
  inputs?: Properties;
  outputs: Properties;
}

/** What manages the life of resources: a provider plugin, or a part of the engine itself. Timeouts are in seconds. */
export interface ResourceManager {
  check(urn: string, olds: Properties, news: Properties): Promise<Checked>;
  diff(old: ResourceState, news: Properties, ignoreChanges: readonly string[]): Promise<Diff>;
  create(urn: string, inputs: Properties, timeout?: number): Promise<Created>;
  update(old: ResourceState, inputs: Properties, ignoreChanges: readonly string[], timeout?: number): Promise<Applied>;
  delete(state: ResourceState): Promise<void>;
  /** Undefined when the resource is gone. */
  read(urn: string, id: string, known: { inputs: Properties; outputs: Properties }): Promise<Read | undefined>;
}

const UNDECIDED: Diff = { changes: "unknown", replaces: [], changed: [], deleteBeforeReplace: false };

/** Manages what exists only in the state; the base of the engine's own managers. */
export class StateOnly implements ResourceManager {
  async check(_urn: string, _olds: Properties, news: Properties): Promise<Checked> {
    return { inputs: news, failures: [] };
  }

  async diff(_old: ResourceState, _news: Properties, _ignoreChanges: readonly string[]): Promise<Diff> {
    return UNDECIDED;
  }

  async create(_urn: string, _inputs: Properties): Promise<Created> {
    return { id: "", outputs: {} };
  }

  async update(old: ResourceState, _inputs: Properties): Promise<Applied> {
    return { outputs: old.outputs ?? {} };
  }

  async delete(): Promise<void> {}

  async read(_urn: string, id: string, known: { inputs: Properties; outputs: Properties }): Promise<Read | undefined> {
    return { id, ...known };
  }
}
