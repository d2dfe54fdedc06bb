const stackType = "pulumi:pulumi:Stack";
const providerPrefix = "pulumi:providers:";

/** The identity of a resource in a stack; the types of the parents above it, but not their names, are part of it. */
export function createUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentType = parent ? parent.split("::")[2] : stackType;
  const prefix = parentType === stackType ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

export const urnType = (urn: string): string => urn.split("::")[2].split("$").at(-1) ?? "";
export const urnName = (urn: string): string => urn.split("::").slice(3).join("::");

/** `aws` of `aws:ecs/cluster:Cluster`. */
export const packageOf = (type: string): string => type.split(":")[0];

/** `aws:ecs:Cluster` of `aws:ecs/cluster:Cluster`, as Pulumi shows types. */
export const shortType = (type: string): string => type.replace(/^([^:]+:[^:/]+)\/[^:]+:(.+)$/, "$1:$2");

export const isStack = (type: string): boolean => type === stackType;
export const isProvider = (type: string): boolean => type.startsWith(providerPrefix);
export const providerType = (pkg: string): string => providerPrefix + pkg;
export const providerPackage = (urn: string): string => urnType(urn).slice(providerPrefix.length);

/** Default providers are the engine's own; they are neither shown nor counted. */
export const isDefaultProvider = (urn: string): boolean =>
  isProvider(urnType(urn)) && /^default(_\d+_\d+_\d+.*)?$/.test(urnName(urn));

/** A resource names its provider by URN and id, so that a replaced provider is a different one. */
export const providerRef = (urn: string, id: string): string => `${urn}::${id}`;
export const splitRef = (ref: string): { urn: string; id: string } => {
  const at = ref.lastIndexOf("::");
  return { urn: ref.slice(0, at), id: ref.slice(at + 2) };
};
