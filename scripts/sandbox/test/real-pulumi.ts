import { join } from "node:path";
import { findPulumi } from "../../pulumi/find";

/** The stand-in for `pulumi`. */
export const STAND_IN = join(__dirname, "..", "pulumi");

/** The folder of the real command; undefined where there is none. */
export function realPulumi(): string | undefined {
  return findPulumi().command?.folder;
}
