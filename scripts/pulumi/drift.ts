import type { Layer } from "@selfhosted/common";
import { mustPulumi } from "./cli";

/** A resource that isn't in AWS as the state has it. */
export interface DriftedResource {
  layer: Layer;
  /** Logical name; empty where Pulumi only counts the resource, since its provider doesn't say what differs. */
  name: string;
  type: string;
  /** Paths of the properties that differ; none where the resource is gone. */
  properties: string[];
  gone: boolean;
}

/** What `pulumi refresh --preview-only --json` prints. */
export interface RefreshPreview {
  steps?: Step[];
  /** How many resources there are, by what becomes of them in the state. */
  changeSummary?: Partial<Record<string, number>>;
}

interface Step {
  op: string;
  urn: string;
  diffReasons?: string[];
  detailedDiff?: Record<string, unknown>;
}

/** Compares a layer's state with AWS. Nothing is changed, in the state neither. */
export async function findDrift(layer: Layer, env: string): Promise<DriftedResource[]> {
  const args = ["refresh", "--preview-only", "--json", "--non-interactive", "--stack", env];
  return driftedIn(layer, JSON.parse(await mustPulumi(layer, args)) as RefreshPreview);
}

/** What a refresh would change. Properties whose changes the program ignores aren't among that. */
export function driftedIn(layer: Layer, { steps = [], changeSummary = {} }: RefreshPreview): DriftedResource[] {
  const named = steps.flatMap(({ op, urn, detailedDiff, diffReasons = [] }): DriftedResource[] => {
    const properties = Object.keys(detailedDiff ?? {});
    const [, , types = "", name = ""] = urn.split("::");
    const resource = { layer, name, type: types.split("$").at(-1) ?? "" };
    switch (op) {
      case "update":
        return [{ ...resource, properties: properties.length > 0 ? properties : diffReasons, gone: false }];
      case "delete":
        return [{ ...resource, properties: [], gone: true }];
      default:
        return [];
    }
  });
  const { update = 0, delete: gone = 0 } = changeSummary;
  const unnamed = Math.max(update + gone - named.length, 0);
  return [
    ...named,
    ...Array.from({ length: unnamed }, () => ({ layer, name: "", type: "", properties: [], gone: false })),
  ];
}
