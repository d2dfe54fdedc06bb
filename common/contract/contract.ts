import type * as pulumi from "@pulumi/pulumi";
import type { Layer } from "../layer";

/** One output of a layer: its type, whether the layer always has it, and a value for tests. */
export interface Declaration<T> {
  isRequired: boolean;
  /** In the partition `aws`, region eu-central-1 and account 111122223333. */
  example: T;
}

interface RequiredDeclaration<T> extends Declaration<T> {
  isRequired: true;
}

/** An output that the layer always has. */
export function required<T>(example: T): RequiredDeclaration<T> {
  return { isRequired: true, example };
}

/** An output of what can be turned off, or that earlier releases didn't have. */
export function optional<T>(example: T): Declaration<T> {
  return { isRequired: false, example };
}

type Declarations = Record<string, Declaration<unknown>>;
type Value<D> = D extends Declaration<infer T> ? T : never;

/** The outputs that are declared so. */
export type OutputsOf<D extends Declarations> = { contractVersion: number } & {
  [K in keyof D as D[K] extends RequiredDeclaration<unknown> ? K : never]: Value<D[K]>;
} & { [K in keyof D as D[K] extends RequiredDeclaration<unknown> ? never : K]?: Value<D[K]> };

/** The outputs of a layer as data. To add one: declare it here, and return it from the layer's index.ts. */
export interface Contract<T> {
  layer: Layer;
  /** Raised when a reader of the old outputs would misread the new ones. */
  version: number;
  outputs: { [K in keyof Omit<T, "contractVersion">]-?: Declaration<Exclude<T[K], undefined>> };
}

/** The required outputs that a stack lacks. */
export function missingOutputs<T>({ outputs }: Contract<T>, found: Record<string, unknown>): string[] {
  return Object.entries<Declaration<unknown>>(outputs)
    .filter(([key, { isRequired }]) => isRequired && found[key] === undefined)
    .map(([key]) => key);
}

/** `T`, any part of which may still be an output. */
export type DeepInput<T> = pulumi.Input<
  T extends readonly (infer E)[] ? DeepInput<E>[] : T extends object ? { [K in keyof T]: DeepInput<T[K]> } : T
>;

/**
 * The outputs of a layer, checked against its contract at compile time; the value that `index.ts` exports. Optional ones are named too,
 * if only as undefined, so that none is forgotten.
 */
export function stackOutputs<T extends { contractVersion: number }>(
  contract: Contract<T>,
  outputs: { [K in keyof Contract<T>["outputs"]]: DeepInput<T[K]> },
): Record<string, unknown> {
  const defined = Object.entries(outputs).filter(([, value]) => value !== undefined);
  return { contractVersion: contract.version, ...Object.fromEntries(defined) };
}
