/** What preflight, `make init`, `make restore` and `make docs` use of this layer. */
export { groups, readConfig, settings } from "./config";
export { isNewer } from "./database/engine";
export { lookUpAccount } from "./lookups";
export { isSettable } from "./lookups/database/changes";
export { findSubnets } from "./lookups/network/network";
export { keyFlaw } from "./lookups/storage/keys";
export type { Subnet, SubnetKey } from "./network/network";
export { plannedOutputs } from "./planned";
