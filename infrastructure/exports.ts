/** What preflight, `make init` and `make docs` use of this layer. */
export { groups, readConfig, settings } from "./config";
export { lookUpAccount } from "./lookups";
export { findSubnets } from "./lookups/network/network";
export { keyFlaw } from "./lookups/storage/keys";
export type { Subnet, SubnetKey } from "./network/network";
export { plannedOutputs } from "./planned";
