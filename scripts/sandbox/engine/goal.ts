import { parsePath, resetTo } from "./paths";
import type { ResourceState } from "./state";
import type { Properties } from "./values";

/** What a program asks for when it registers a resource. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent: string;
  inputs: Properties;
  /** Reference of an explicit provider; empty for the default one. */
  provider: string;
  version: string;
  protect: boolean;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** Undefined where the program leaves it to the provider. */
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** Former URNs. */
  aliases: string[];
  /** In seconds. */
  customTimeouts: { create?: number; update?: number; delete?: number };
  retainOnDelete: boolean;
  deletedWith: string;
}

/** A goal with everything that a program may leave out. */
export const goalOf = (goal: Pick<Goal, "type" | "name" | "inputs"> & Partial<Goal>): Goal => ({
  custom: true,
  parent: "",
  provider: "",
  version: "",
  protect: false,
  dependencies: [],
  propertyDependencies: {},
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  aliases: [],
  customTimeouts: {},
  retainOnDelete: false,
  deletedWith: "",
  ...goal,
});

/** The inputs asked for, with the old values where the program says to ignore changes. */
export const withIgnored = (goal: Goal, old: ResourceState): Properties =>
  goal.ignoreChanges.reduce<Properties>(
    (inputs, path) => resetTo(old.inputs ?? {}, inputs, parsePath(path)) as Properties,
    goal.inputs,
  );

/** The state of a resource before its provider has spoken. What is empty or false stays out, as in the state format. */
export function toState(urn: string, goal: Goal, provider: string, inputs: Properties): ResourceState {
  const { custom, type, parent, protect, dependencies, propertyDependencies, additionalSecretOutputs } = goal;
  const { customTimeouts, retainOnDelete, deletedWith, ignoreChanges, replaceOnChanges } = goal;
  const optional = {
    ...{ parent, protect, dependencies, provider, propertyDependencies, additionalSecretOutputs },
    ...{ customTimeouts, retainOnDelete, deletedWith, ignoreChanges, replaceOnChanges },
  };
  const set = Object.entries(optional).filter(([, value]) =>
    typeof value === "object" ? Object.keys(value).length > 0 : Boolean(value),
  );
  return { urn, custom, type, inputs, outputs: {}, ...Object.fromEntries(set) };
}
