/** What preflight, `make init` and `make docs` use of this layer. */
export { apiCapacity, consoleCapacity, jobsCapacity } from "./config/capacity";
export { groups, readConfig, settings } from "./config";
export { lookUpAccount } from "./lookups";
export { hosts } from "./network/hosts";
export { plannedOutputs } from "./planned";
