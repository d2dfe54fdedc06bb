import type { ConfigProblem, Layer } from "@selfhosted/common";

/** A setting that keeps things as they are. */
export interface Setting {
  layer: Layer;
  key: string;
  value: string;
  because: string;
  /** The key is a path, such as `resourceOverrides["database-cluster"].clusterIdentifier`. */
  isPath?: true;
}

/** A resource that the infrastructure layer makes, and that is there already. */
export interface Import {
  /** Logical name without the name and stack before it. */
  name: string;
  type: string;
  /** As the provider imports it. */
  id: string;
}

/** What becomes of some of what is there. */
export interface Part {
  /** Why it can't be taken over. */
  problems: ConfigProblem[];
  settings: Setting[];
  imports: Import[];
  /** What the first deployment changes in place, a line each. */
  changes: string[];
  /** What the service has and the new one would lack as it is configured, a line each. */
  lacks?: string[];
  /** What couldn't be compared with what runs, and why. */
  unchecked?: string[];
  /** What isn't taken over, and the installation can't be without, a line each. */
  needs?: string[];
}

/** A setting, of the infrastructure layer unless another is said. */
export function setting(
  key: string,
  value: string,
  because: string,
  more: Partial<Pick<Setting, "layer" | "isPath">> = {},
): Setting {
  return { layer: "infrastructure", key, value, because, ...more };
}
