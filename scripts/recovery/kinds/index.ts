import { data } from "./data";
import type { Kind } from "./kind";
import { network, services } from "./services";

export type { Creation, Found, Kind } from "./kind";

/**
 * What becomes of an interrupted creation, by type: `rds/cluster` is `aws:rds/cluster:Cluster`. The ids are those by which the provider
 * imports ("Import" on the page of each resource: https://www.pulumi.com/registry/packages/aws/api-docs/).
 */
const aws: Record<string, Kind> = { ...data, ...services, ...network };

const others: Record<string, Kind> = {
  "pulumi-nodejs:dynamic:Resource": { again: "the migration runs again, or one in progress is waited for" },
  "pulumi:pulumi:StackReference": { again: "it is only read" },
};

/** Undefined of a type that no layer makes. */
export function kindOf(type: string): Kind | undefined {
  // Components and the stack itself are written down too while they are made.
  if (/^(selfhosted|random|pulumi:providers):|^pulumi:pulumi:Stack$/.test(type)) {
    return { again: "AWS has no such thing" };
  }
  const [, name = ""] = /^aws:([^:]+):/.exec(type) ?? [];
  return others[type] ?? aws[name];
}
