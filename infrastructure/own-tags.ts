import { Tags } from "@selfhosted/common";

/** Whether a resource with these tags was made by this stack: what an installation has made isn't "already there". */
export function isOwn(found: Tags | undefined, own: Tags): boolean {
  return ["project", "layer", "stack"].every((key) => found?.[key] !== undefined && found[key] === own[key]);
}
