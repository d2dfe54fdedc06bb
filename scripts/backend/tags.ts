/** Tags by which `make backend` knows what it made. */
export const ownTags = { purpose: "pulumi-state", "managed-by": "make-backend" };

export function isTagged(tags: Record<string, string>): boolean {
  return Object.entries(ownTags).every(([key, value]) => tags[key] === value);
}
