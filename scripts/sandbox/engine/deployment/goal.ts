import { ensure, Missing } from "../errors";
import type { ResourceState } from "../state/state";
import type { Properties } from "../state/values";

/** What a program asks for when it registers a resource. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  inputs: Properties;
  parent?: string;
  /** Reference of an explicit provider; none for the default one. */
  provider?: string;
  version?: string;
  protect?: boolean;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
  /** Undefined where the program leaves it to the provider. */
  deleteBeforeReplace?: boolean;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  additionalSecretOutputs?: string[];
  /** Former URNs. */
  aliases?: string[];
  /** In seconds. */
  customTimeouts?: ResourceState["customTimeouts"];
  retainOnDelete?: boolean;
  deletedWith?: string;
}

/** The inputs asked for, with the old values where the program says to ignore changes. */
export function withIgnored({ inputs, ignoreChanges = [] }: Goal, { inputs: olds = {} }: ResourceState): Properties {
  const { ...kept } = inputs;
  for (const name of ignoreChanges.map(topLevel)) {
    if (name in olds) {
      kept[name] = olds[name];
    } else {
      delete kept[name];
    }
  }
  return kept;
}

/** @throws for what is inside a property: none of the layers names such a path. */
export function topLevel(path: string): string {
  ensure(/^\w+$/.test(path), new Missing(`ignoreChanges and replaceOnChanges for '${path}', a path into a property`));
  return path;
}

/** The state of a resource before its provider has spoken. What is empty or false stays out, as in the state format. */
export function toState(urn: string, goal: Goal, provider: string | undefined, inputs: Properties): ResourceState {
  const { name: _name, version: _version, deleteBeforeReplace: _order, aliases: _aliases, ...kept } = goal;
  const { custom, type, ...optional } = { ...kept, provider };
  const set = Object.entries(optional).filter(([, value]) =>
    typeof value === "object" ? Object.keys(value).length > 0 : Boolean(value),
  );
  return { urn, custom, type, ...Object.fromEntries(set), inputs, outputs: {} };
}
