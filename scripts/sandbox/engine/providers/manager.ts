import type { ResourceState } from "../state/state";
import type { Properties } from "../state/values";

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

export const undecided: Diff = { changes: "unknown", replaces: [], changed: [], deleteBeforeReplace: false };

export interface Applied {
  /** Empty during a preview. */
  id?: string;
  outputs: Properties;
  /** The resource exists but isn't in order; the next deployment tries again. */
  initErrors?: string[];
}

export interface Read {
  id: string;
  inputs?: Properties;
  outputs: Properties;
}

/** What manages the life of resources: a provider plugin, or a part of the engine itself; this one, what is only in the state. */
export class Manager {
  async check(_urn: string, _olds: Properties, news: Properties): Promise<Checked> {
    return { inputs: news, failures: [] };
  }

  async diff(_old: ResourceState, _news: Properties): Promise<Diff> {
    return undecided;
  }

  async create(_state: ResourceState): Promise<Applied> {
    return { outputs: {} };
  }

  async update(old: ResourceState, _state: ResourceState): Promise<Applied> {
    return { outputs: old.outputs ?? {} };
  }

  async delete(_old: ResourceState): Promise<void> {}

  /** Undefined when the resource is gone. */
  async read({ id = "", inputs, outputs = {} }: ResourceState): Promise<Read | undefined> {
    return { id, inputs, outputs };
  }
}
