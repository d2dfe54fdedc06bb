import type { StateResource } from "../../pulumi/stacks";

export const urn = (type: string, name: string): string => `urn:pulumi:prod::selfhosted-application::${type}::${name}`;

export const tags = { project: "pulumi", layer: "application", stack: "prod" };

/** The provider of the application's stack, with the tags that it gives. */
export const provider: StateResource = {
  urn: urn("pulumi:providers:aws", "pulumi-prod-application"),
  type: "pulumi:providers:aws",
  id: "p",
  inputs: { region: "eu-central-1", defaultTags: JSON.stringify({ tags }) },
};
