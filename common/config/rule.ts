/** One thing that is wrong with a layer's configuration, or with what it names in the account. */
export interface ConfigProblem {
  key: string;
  /** What is wrong, and what would be right. Never a secret. */
  reason: string;
  /** What to do about it: mostly the command to type. */
  fix?: string;
  /** `warning`: worth knowing, but doesn't stop the deployment. Default: `error`. */
  severity?: "error" | "warning";
}

/** The stack's configuration as it is set, before defaults. */
export interface RawConfig {
  has(key: string): boolean;
  /** The text. Secrets are in clear here: nothing of them may get into a problem. */
  text(key: string): string | undefined;
}

/**
 * Finds a problem, several, or none in settings, with their defaults applied, and in whatever else it needs. It simply reads what it
 * needs: where a value isn't known (`partlyKnown`), the rule ends there and finds nothing.
 */
export type Rule<Inputs> = (inputs: Inputs, raw: RawConfig) => Problem | Problem[];
type Problem = ConfigProblem | false | undefined;

/** The problems that rules find. */
export function applyRules<Inputs>(rules: readonly Rule<Inputs>[], inputs: Inputs, raw: RawConfig): ConfigProblem[] {
  return rules.flatMap((rule) => {
    try {
      return [rule(inputs, raw)].flat().filter((problem) => problem !== undefined && problem !== false);
    } catch (error) {
      if (isNotKnown(error)) {
        return [];
      }
      throw error;
    }
  });
}

/** A problem under a condition. */
export function problemIf(condition: boolean, problem: ConfigProblem): ConfigProblem[] {
  return condition ? [problem] : [];
}

/** Rules over a layer's settings alone, for a layer whose rules read other things too. */
export function ofConfig<Config>(...rules: Rule<Config>[]): Rule<{ config: Config }>[] {
  return rules.map(
    (rule) =>
      ({ config }, raw) =>
        rule(config, raw),
  );
}

class NotKnown extends Error {}

/** Read of any object: by JavaScript, to await it or write it as JSON; by Pulumi, to see whether it is an output or a resource. */
const askedOfAnyObject = /^(then|toJSON|__pulumi\w*)$/;

/**
 * An object some of whose values aren't known, because they are refused by themselves or come from a layer that isn't deployed:
 * reading one of those throws, and `applyRules` and `lookUp` continue with the next rule or look-up.
 */
export function partlyKnown<T extends object>(known: Partial<T>): T {
  return new Proxy(known, {
    get(target, key) {
      if (!(key in target) && typeof key === "string" && !askedOfAnyObject.test(key)) {
        throw new NotKnown(`${key} isn't known`);
      }
      return Reflect.get(target, key) as unknown;
    },
  }) as T;
}

export function isNotKnown(error: unknown): boolean {
  return error instanceof NotKnown;
}

/** What `read` reads; undefined where that isn't known. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isNotKnown(error)) {
      return undefined;
    }
    throw error;
  }
}

/** An object of those values that are known: each is read, and left out where it isn't known. */
export function asFarAsKnown<T extends object>(values: { [K in keyof T]?: () => T[K] }): T {
  const entries = Object.entries(values as Record<string, () => unknown>).flatMap(([key, read]) => {
    const found = ifKnown(() => ({ value: read() }));
    return found ? [[key, found.value]] : [];
  });
  return partlyKnown(Object.fromEntries(entries) as Partial<T>);
}

type Key<Config> = keyof Config & string;

/** Whether a key is set. A flag that is set to false, or an empty list or map, counts as not set. */
function isSet<Config>(key: Key<Config>, config: Config, raw: RawConfig): boolean {
  const value = ifKnown(() => config[key]);
  const asksForNothing = value === false || (typeof value === "object" && !isOn(value));
  return raw.has(key) && !asksForNothing;
}

/**
 * Settings that mean something only beside one of others: a setting without effect is a mistake.
 *
 * @param needs one of these must be on: true, set, above 0, not empty.
 */
export function onlyWith<Config>(keys: readonly Key<Config>[], ...needs: Key<Config>[]): Rule<Config> {
  return (config, raw) =>
    needs.some((need) => isOn(config[need]))
      ? []
      : keys
          .filter((key) => isSet(key, config, raw))
          .map((key) => ({
            key,
            reason: `has no effect without ${needs.join(" or ")}`,
            fix: `pulumi config rm ${key}, or set ${needs.join(" or ")} too`,
          }));
}

/** Settings that mean something only together. */
export function allOrNone<Config>(...keys: Key<Config>[]): Rule<Config> {
  return (config, raw) => {
    const set = keys.filter((key) => isSet(key, config, raw));
    return set.length === 0
      ? []
      : keys
          .filter((key) => !set.includes(key))
          .map((key) => ({
            key,
            reason: `not set, though ${set.join(" and ")} ${set.length > 1 ? "are" : "is"}; set all of ${keys.join(", ")}, or none`,
            fix: `set ${key} too, or: ${set.map((each) => `pulumi config rm ${each}`).join(" && ")}`,
          }));
  };
}

/**
 * A setting that contradicts another.
 *
 * @param why what the other does already, as in "set beside apiImage, which names the whole image".
 */
export function notWith<Config>(key: Key<Config>, other: Key<Config>, why: string): Rule<Config> {
  return (config, raw) =>
    isSet(key, config, raw) && isSet(other, config, raw)
      ? [{ key, reason: `set beside ${other}, which ${why}; allowed: one of them`, fix: `pulumi config rm ${key}` }]
      : [];
}

/**
 * One of two settings, and not both.
 *
 * @param what what they are for, as in "the load balancers need a certificate".
 */
export function exactlyOne<Config>(key: Key<Config>, other: Key<Config>, what: string): Rule<Config> {
  return (config, raw) => {
    const [has, hasOther] = [isSet(key, config, raw), isSet(other, config, raw)];
    if (has !== hasOther) {
      return [];
    }
    const fix = has ? `pulumi config rm ${key}, or: pulumi config rm ${other}` : "set one of them";
    return has
      ? [{ key, reason: `set beside ${other}; allowed: one of them`, fix }]
      : [{ key, reason: `neither ${key} nor ${other} is set; ${what}`, fix }];
  };
}

/** Whether a value turns something on. */
export function isOn(value: unknown): boolean {
  return typeof value === "object" && value !== null && !("apply" in value)
    ? Object.keys(value).length > 0
    : Boolean(value);
}
