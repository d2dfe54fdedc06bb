import type { AwsClients } from "../aws/clients";
import { type ConfigProblem, ifKnown, isNotKnown } from "../config/rule";
import { explainAws, isDenied } from "./explain-aws";
import { nothingToCheck } from "./results";

/** What a look-up found in the account. */
export interface LookUpResult<T = unknown> {
  /** For a person, where nothing is wrong. Default: nothing, as where there is nothing to check. */
  detail?: string;
  problems?: ConfigProblem[];
  /** Why it could not be checked here, which stops nothing. */
  skipped?: string;
  /** What the program continues with; undefined where it isn't fit. */
  value?: T;
}

/** The result of the look-up of this name. It is skipped where a setting that it needs isn't valid: that has a problem of its own. */
export type Check<T = unknown> = LookUpResult<T> & { name: string; detail: string; problems: ConfigProblem[] };

/** What is looked up. */
export interface Subject {
  /** Name of the look-up. */
  name: string;
  /** The setting that names the thing: an error of AWS becomes a problem of it. */
  key: string;
  /** The thing, as AWS calls it, such as `VPC vpc-0a1b2c3d`. A function is called only for an error. */
  what: string | (() => string);
}

/** Looks one thing up in the account, for a program before it makes anything and for `make preflight`. */
export async function lookUp<T>(subject: Subject, check: () => Promise<LookUpResult<T>>): Promise<Check<T>> {
  const { name, key } = subject;
  try {
    const { detail = "", problems = [], ...result } = await check();
    return { ...result, name, detail, problems };
  } catch (error) {
    return isNotKnown(error)
      ? { name, detail: "", problems: [], skipped: "a setting that it needs isn't valid" }
      : { name, detail: "", problems: [{ key, ...explain(error, subject) }] };
  }
}

/** Like `lookUp`, for what the program can do without: where the caller isn't allowed to read it, it is skipped. */
export async function lookUpIfAllowed<T>(subject: Subject, check: () => Promise<LookUpResult<T>>): Promise<Check<T>> {
  return lookUp(subject, async () => {
    try {
      return await check();
    } catch (error) {
      if (isDenied(error)) {
        return { skipped: explain(error, subject).reason };
      }
      throw error;
    }
  });
}

/** An error of AWS; where it isn't known what the thing is called, by the name of the look-up. */
function explain(error: unknown, { name, what }: Subject): ReturnType<typeof explainAws> {
  return explainAws(error, typeof what === "string" ? what : (ifKnown(what) ?? name));
}

/**
 * Like `lookUpIfAllowed`, for what an optional setting names: there is nothing to check where it isn't set, or isn't valid, which is a
 * problem of its own.
 *
 * @param thing its kind, as AWS calls it, such as `policy`.
 */
export function lookUpNamed<K extends string>(
  name: string,
  thing: string,
  key: K,
  config: { [key in K]?: string },
  check: (value: string) => Promise<LookUpResult>,
): Promise<Check> {
  return lookUpIfAllowed({ name, key, what: () => `${thing} ${config[key]}` }, async () => {
    const value = ifKnown(() => config[key]);
    return value === undefined ? nothingToCheck : check(value);
  });
}

/** What every look-up of a layer needs. */
export interface LookUpArgs {
  /** Name of the Pulumi stack. */
  stack: string;
  aws: AwsClients;
}

/** One look-up of a layer. */
export interface LookUp<Inputs> {
  name: string;
  /** The setting to which an error of AWS belongs. */
  key: string;
  /** The thing, as AWS calls it. */
  what: (inputs: Inputs) => string;
  /** Returns nothing where the configuration asks for no such thing. */
  check: (inputs: Inputs, args: LookUpArgs) => Promise<LookUpResult | undefined>;
}

/**
 * The look-up of what an optional setting names.
 *
 * @param thing its kind, as AWS calls it, such as `bucket`.
 */
export function namedLookUp<K extends string, Inputs extends { config: { [key in K]?: string | undefined } }>(
  name: string,
  thing: string,
  key: K,
  check: (value: string, inputs: Inputs, args: LookUpArgs) => Promise<LookUpResult>,
): LookUp<Inputs> {
  return {
    name,
    key,
    what: ({ config }) => `${thing} ${config[key]}`,
    async check(inputs, args) {
      const value = inputs.config[key];
      return value === undefined ? undefined : check(value, inputs, args);
    },
  };
}

/** Does all look-ups at once, each as `lookUpIfAllowed`. Leaves out those for which the configuration has nothing to check. */
export async function lookUpAll<Inputs>(
  lookUps: readonly LookUp<Inputs>[],
  inputs: Inputs,
  args: LookUpArgs,
): Promise<Check[]> {
  const checks = await Promise.all(
    lookUps.map(({ name, key, what, check }) =>
      lookUpIfAllowed(
        { name, key, what: () => what(inputs) },
        async () => (await check(inputs, args)) ?? nothingToCheck,
      ),
    ),
  );
  return checks.filter(({ detail, problems, skipped }) => detail || skipped || problems.length > 0);
}

/** Asks once, however often the answer is needed. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
