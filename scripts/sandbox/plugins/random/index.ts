import { version } from "@pulumi/random/package.json";
import { type Definition } from "../provider";
import { service } from "./random";

/** The `random` plugin: values that are drawn once, live in the state alone and need no account. */
export const definition: Definition<undefined> = {
  name: "random",
  version,
  settings: {},
  configure: () => Promise.resolve(undefined),
  services: { index: () => Promise.resolve([service]) },
};
