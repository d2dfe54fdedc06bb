import type { ConfigOf } from "@selfhosted/common";
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
