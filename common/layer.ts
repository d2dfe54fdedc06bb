/** Each a Pulumi project of its own. */
export type Layer = "infrastructure" | "application" | "dns";

/** In the order of deployment; destroyed the other way round. */
export const layers: readonly Layer[] = ["infrastructure", "application", "dns"];

/** The Pulumi project of a layer. */
export function projectOf(layer: Layer): string {
  return `selfhosted-${layer}`;
}
