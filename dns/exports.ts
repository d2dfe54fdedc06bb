/** What preflight and `make docs` use of this layer. */
export { groups, readConfig, settings } from "./config";
export { lookUpAccount } from "./lookups";
