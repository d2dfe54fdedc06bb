import type { Recorded } from "@selfhosted/common/testing";
import { grouped } from "../grouped";
import { kinds } from "./kinds";
import type { Relations } from "./relations";

/** A logical name as a person says it: `pulumi-prod-data-key` is "Data key". */
export function spoken(logicalName: string): string {
  const words = logicalName.replace(/^pulumi-prod-/, "").replace(/-/g, " ");
  const spelled = words.replace(/\bapi\b/, "API");
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}

/** "3 log groups", or "log group" where there is one. */
export function counted(count: number, thing: string): string {
  return count === 1 ? thing : `${count} ${thing}s`;
}

/** How many resources there are of each kind, a line each. */
export function counts(resources: Recorded[]): string[] {
  return grouped(resources, ({ type }) => kinds[type] ?? type).map(([kind, all]) => counted(all.length, kind));
}

/** What resources are, a line for each kind; with their names where a component makes several. */
export function listed(resources: Recorded[], related: Relations): string[] {
  return grouped(resources, ({ type }) => kinds[type] ?? type)
    .map(([kind, all]) => {
      const names = [...new Set(all.map((each) => ownName(each, related)))].filter((name) => name !== "");
      return `${counted(all.length, kind)}${names.length === all.length ? `: ${names.join(", ")}` : ""}`;
    })
    .sort();
}

/** What a component inside of another adds to its name: `checkpoint` of a bucket in `buckets`. */
function ownName(resource: Recorded, related: Relations): string {
  const [outer, inner] = related.components(resource);
  return (inner?.name ?? "").slice((outer?.name.length ?? 0) + 1);
}
