import { isOlder, releaseSettings } from "../../application/operations";
import { type Choose, nothing } from "./choice";
import type { Repository } from "./facts";

/** The newest release of which all three images are there. */
export const chooseRelease: Choose = (facts) => {
  const { repositories } = facts;
  const [first, ...others] = repositories.map(releasesOf);
  const whole = (first ?? []).filter((tag) => others.every((tags) => tags.includes(tag)));
  const newest = whole.reduce((best, tag) => (isOlder(best, tag) ? tag : best), whole[0] ?? "");
  if (newest !== "") {
    const because = `the newest release of ${whole.length} whose images are all in ECR`;
    return { key: "imageTag", value: newest, because };
  }
  const found = repositories.map(({ name, tags }) =>
    tags === undefined ? `${name} doesn't exist` : `${name} has ${tags.slice(-3).join(", ") || "no image"}`,
  );
  const reason = `no release has its three images in ECR: ${found.join("; ")}`;
  const fix =
    "put them there, the three of one release with the same tag; or, where they are in another registry, answer imageTag with imageRegistryAccountId, imageRegistryRegion or imagePrefix";
  return nothing("imageTag", "repositories", facts, reason, fix);
};

function releasesOf({ tags = [] }: Repository): string[] {
  return tags.filter((tag) => "value" in releaseSettings.imageTag.parse(tag));
}
