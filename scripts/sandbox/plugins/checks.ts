import { isUnknown, type Problem, type Properties } from "./resource";

/** A rule over the inputs of a resource. Values that are absent or unknown break none but `required`. */
export type Check = (inputs: Properties) => Problem[];

/** All problems of all rules. */
export function allOf(...checks: Check[]): Check {
  return (inputs) => checks.flatMap((check) => check(inputs));
}

export function required(...properties: string[]): Check {
  return allOf(
    ...properties.map(
      (property): Check =>
        (inputs) =>
          valueAt(inputs, property) === undefined ? [{ property, reason: "is required" }] : [],
    ),
  );
}

/** The property has one of these values. */
export function oneOf(property: string, allowed: readonly (string | number | boolean)[]): Check {
  return rule(property, (value) =>
    (allowed as readonly unknown[]).includes(value) ? undefined : `must be one of ${allowed.join(", ")}`,
  );
}

/** The property is a list, not empty, of these values. */
export function listOf(property: string, allowed: readonly string[]): Check {
  return rule(property, (value) => {
    const items: unknown[] = Array.isArray(value) ? value : [];
    const isAllowed = (item: unknown) => isUnknown(item) || (allowed as unknown[]).includes(item);
    return items.length && items.every(isAllowed)
      ? undefined
      : `must hold some of ${allowed.join(", ")} and nothing else`;
  });
}

/** The property is a number within these bounds, both included. */
export function between(property: string, least: number, most: number): Check {
  return rule(property, (value) => {
    const number = Number(value);
    return number >= least && number <= most ? undefined : `must be from ${least} to ${most}`;
  });
}

/** The property is a text that fits the pattern, which `allowed` puts in words: "1 to 63 letters, digits or hyphens". */
export function matching(property: string, pattern: RegExp, allowed: string): Check {
  return rule(property, (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `must be ${allowed}`,
  );
}

/** The property is a text that holds a JSON object, such as a policy. */
export function json(property: string): Check {
  return rule(property, (value) => {
    try {
      const parsed: unknown = JSON.parse(String(value));
      return typeof parsed === "object" && parsed !== null ? undefined : "must be a JSON object";
    } catch (error) {
      return `must be JSON: ${(error as Error).message}`;
    }
  });
}

/** Every item of the list, and its property where one is named, satisfies the rule: `each("subnetIds", isSubnetId)`. */
export function each(property: string, check: (item: Properties) => Problem[]): Check {
  return (inputs) => {
    const list = valueAt(inputs, property);
    if (!Array.isArray(list)) return [];
    return list.flatMap((item: unknown, index) =>
      isUnknown(item)
        ? []
        : check(item as Properties).map((problem) => ({
            ...problem,
            property: `${property}[${index}].${problem.property}`,
          })),
    );
  };
}

/** A rule of its own: a sentence when the value is wrong. The value found is added to the sentence. */
export function rule(property: string, wrong: (value: unknown, inputs: Properties) => string | undefined): Check {
  return secretRule(property, (value, inputs) => {
    const reason = wrong(value, inputs);
    return reason && `${reason}, found ${shown(value)}`;
  });
}

/** A rule about a secret, which the sentence doesn't show. */
export function secretRule(property: string, wrong: (value: unknown, inputs: Properties) => string | undefined): Check {
  return (inputs) => {
    const value = valueAt(inputs, property);
    const reason = value === undefined || isUnknown(value) ? undefined : wrong(value, inputs);
    return reason ? [{ property, reason }] : [];
  };
}

/** The value at a dotted path. What lies below an unknown value is unknown. */
export function valueAt(inputs: Properties, path: string): unknown {
  let value: unknown = inputs;
  for (const key of path.split(".")) {
    if (isUnknown(value)) return value;
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Properties)[key];
  }
  return value ?? undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (isUnknown(part) ? "(unknown)" : part));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
