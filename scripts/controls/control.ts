import type { Layer } from "@selfhosted/common/layer";
import { type Inputs, type Resource, Resources, type Type } from "./resources";

/** What a rule says of a resource: what is wrong with it, or nothing. */
type Problem = string | false | undefined;

/** Looks at the resources of one type. */
interface Look {
  type: Type;
  /** Whether it asks no other resource: the engine can then refuse one before it is made. */
  alone: boolean;
  problem: (resource: Resource, all: Resources) => Problem;
  /** Whether the control is about it. */
  concerns: (resource: Resource, all: Resources) => boolean;
}

/** A setting, or a command, by which an option comes true. */
export type Option = { layer: Layer; settings: readonly string[] } | { command: string };

/**
 * A control of AWS Foundational Security Best Practices, or one of its kin
 * (https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html).
 */
export interface Control {
  /**
   * As AWS calls it, such as `RDS.7`, or `RDS.21/22` where one rule answers two; else as Checkov does; a word of our own where neither has
   * it.
   */
  id: string;
  title: string;
  looks: Look[];
  /** Why it doesn't apply where there is nothing that it looks at. */
  absent: string;
  /** It costs money, or asks something of those who use the installation: so it is for them to choose. */
  option?: Option;
}

/** A group of controls. */
export interface Group {
  title: string;
  controls: Control[];
}

/** What a control finds. */
interface Violation {
  resource: Resource;
  problem: string;
}

export interface Assessment {
  /** The resources that it is about. */
  subjects: Resource[];
  violations: Violation[];
}

/** A look at each resource of a type by itself. */
export function each<T extends Type>(type: T, problem: (inputs: Inputs<T>) => Problem): Look {
  return {
    type,
    alone: true,
    problem: ({ inputs }) => problem(inputs as Inputs<T>),
    concerns: () => true,
  };
}

/** A look at resources of a type beside others. */
export function among<T extends Type>(
  type: T,
  problem: (inputs: Inputs<T>, all: Resources) => Problem,
  concerns: (resource: Resource<Inputs<T>>, all: Resources) => boolean = () => true,
): Look {
  return {
    type,
    alone: false,
    problem: ({ inputs }, all) => problem(inputs as Inputs<T>, all),
    concerns: (resource, all) => concerns(resource as unknown as Resource<Inputs<T>>, all),
  };
}

/** What a control says of resources. */
export function assess({ looks }: Control, resources: readonly Resource[]): Assessment {
  const all = new Resources(resources);
  const found = looks.flatMap((look) =>
    resources
      .filter((resource) => resource.type === look.type && look.concerns(resource, all))
      .map((resource) => ({ resource, problem: look.problem(resource, all) })),
  );
  return {
    subjects: found.map(({ resource }) => resource),
    violations: found.flatMap(({ resource, problem }) => (problem ? [{ resource, problem }] : [])),
  };
}
