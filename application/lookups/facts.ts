import type { Surroundings } from "@selfhosted/common";
import type { Inputs } from "../config";
import type { RunningServices } from "../running-service";

/** What the program needs to know of the account. */
export interface Facts {
  where: Surroundings;
  /** What runs when the deployment begins. */
  running: RunningServices;
}

/** What look-ups read. */
export type LookUpInputs = Inputs & Facts;
