import type { ConfigOf, InfrastructureOutputs, Settings } from "@selfhosted/common";
import { accessSettings } from "./access";
import { capacitySettings } from "./capacity";
import { featureSettings } from "./features";
import { operationSettings } from "./operations";
import { releaseSettings } from "./release";
import { signInSettings } from "./sign-in";

/** Every configuration key of the application layer. */
export const settings = {
  ...releaseSettings,
  ...accessSettings,
  ...featureSettings,
  ...capacitySettings,
  ...signInSettings,
  ...operationSettings,
};

export type ApplicationConfig = ConfigOf<typeof settings>;

/** What the layer's rules read: its settings and the outputs of the infrastructure layer, both as far as they are known. */
export interface RuleArgs {
  config: ApplicationConfig;
  upstream: InfrastructureOutputs;
}

/** The settings by the title of their table in the README. */
export const groups: Record<string, Settings> = {
  Release: releaseSettings,
  Access: accessSettings,
  Features: featureSettings,
  Capacity: capacitySettings,
  "Sign-in and mail": signInSettings,
  Operations: operationSettings,
};
