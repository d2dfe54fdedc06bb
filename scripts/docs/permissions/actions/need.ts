/** What a deployer may have to do in AWS for one kind of resource: to create, read, change, and delete it. */
export interface Need {
  /** IAM actions. */
  actions: string[];
  /** Services that get a role of the installation. */
  passesRolesTo?: string[];
  /** Services whose own role AWS makes in the deployer's name where the account has none. */
  linkedRolesOf?: string[];
}

/** IAM actions of a service. */
export const actions = (service: string, ...names: string[]): string[] => names.map((name) => `${service}:${name}`);

/** Actions for tags, as services name them. */
export const tags = {
  arn: ["ListTagsForResource", "TagResource", "UntagResource"],
  rds: ["AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"],
};
