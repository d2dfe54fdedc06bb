import * as pulumi from "@pulumi/pulumi";
import {
  configPath,
  type ConfigProblem,
  foundConfig,
  looksSecret,
  nearest,
  type Setting,
  throwIfInvalid,
} from "./config";
import { cited } from "./config/shapes/shape";
import type { Context } from "./context";
import { plural } from "./lookups";

const key = "resourceOverrides";

/** Input properties by resource: its logical name without the `{name}-{stack}-` that all have. */
export type ResourceOverrides = Record<string, Record<string, unknown>>;

/**
 * The setting `resourceOverrides` of a layer: for what has no setting of its own.
 *
 * @param example in the layer, as JSON.
 */
export function resourceOverridesSetting(example: string): Setting<ResourceOverrides> {
  return {
    description:
      "Input properties of resources, over those that this layer sets: by the resource's logical name without the name and stack before it " +
      "(`pulumi stack --show-urns` lists them), the properties as in Pulumi's AWS provider. Each replaces the whole property. Nothing " +
      "checks what they open or delete: read the preview.",
    example,
    default: {},
    kind: "map",
    secret: false,
    allowed: "names of resources, each with its properties",
    parse: (text) => {
      const found = parsed(text);
      if (!isObject(found)) {
        return { fault: { because: "is no JSON object" } };
      }
      if (looksSecret(text)) {
        return { fault: { because: "holds what looks like a key or a token, and would be shown in clear" } };
      }
      const overrides = Object.entries(found).map(([name, value]) => [name, parsed(value)] as const);
      const flat = overrides.flatMap(([name, value]) => (isObject(value) ? [] : [cited(name)]));
      return flat.length > 0
        ? { fault: { because: `of which ${plural(flat, "has", "have")} no properties` } }
        : { value: Object.fromEntries(overrides) as ResourceOverrides };
    },
  };
}

/** What an override has in the place of a text that the layer would set, such as a name; undefined where it has none. */
export function overridden(
  { resourceOverrides }: { resourceOverrides: ResourceOverrides },
  resource: string,
  property: string,
): string | undefined {
  const value = resourceOverrides[resource]?.[property];
  return typeof value === "string" ? value : undefined;
}

/** Structured configuration arrives as JSON; on a command line, the properties of one resource may be JSON too. */
function parsed(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Puts the properties over those of all AWS resources that the program makes from now on. What replaces a secret is one too, and so is
 * everything where the setting is encrypted.
 *
 * @returns a function for the end of the program, which warns of names that no resource has.
 */
export function overrideResources(
  overrides: ResourceOverrides,
  { name: named }: Pick<Context, "name">,
): () => Promise<void> {
  const isEncrypted = foundConfig()[`${pulumi.getProject()}:${key}`]?.encrypted ?? false;
  const names = new Set<string>();
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    // What other providers make holds what the program itself relies on, such as the run of a migration.
    if (!type.startsWith("aws:") || !name.startsWith(named(""))) {
      return undefined;
    }
    const thing = name.slice(named("").length);
    names.add(thing);
    const override = Object.hasOwn(overrides, thing) ? overrides[thing] : undefined;
    if (override === undefined) {
      return undefined;
    }
    const before = props as Record<string, unknown>;
    const after = Object.entries(override).map(([property, value]) => {
      const isSecret = isEncrypted || pulumi.isSecret(pulumi.output(before[property]));
      return [property, pulumi.output(isSecret).apply((secret) => (secret ? pulumi.secret(value) : value))];
    });
    return { props: { ...before, ...(Object.fromEntries(after) as Record<string, unknown>) }, opts };
  });
  return () =>
    throwIfInvalid(Object.keys(overrides).flatMap((thing) => (names.has(thing) ? [] : unused(thing, [...names]))));
}

/** A warning only: the resource may be of a feature that is off. */
function unused(thing: string, names: string[]): ConfigProblem {
  const near = nearest(thing, names);
  return {
    key: configPath(key, thing),
    reason: "has no effect: as it is configured, this layer makes no AWS resource of that name",
    fix: `pulumi config rm --path '${configPath(key, thing)}'${near === undefined ? "" : `, and set '${configPath(key, near)}' if you meant that`}`,
    severity: "warning",
  };
}
