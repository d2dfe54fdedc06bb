import type { Surroundings } from "@selfhosted/common";
import type { Inputs } from "../config";
import type { RunningServices } from "../running-service";
import type { RoutesOf } from "./clients";

/** What the program needs to know of the account. */
export interface Facts {
  where: Surroundings;
  /** What runs when the deployment begins. */
  running: RunningServices;
}

/** What look-ups read. */
export interface LookUpInputs extends Inputs, Facts {
  /** The routes of the VPC's subnets, asked for once. */
  routes: () => Promise<RoutesOf>;
}
