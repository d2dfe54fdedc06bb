/**
 * What commands for a deployed installation use of this layer. Apart from exports.ts, which takes a while to load: that has all
 * settings and look-ups.
 */
export { isVaultOf } from "./backup/backup";
export { backupWindows, longestIntervalDays } from "./backup/schedule";
export { hasSearchRole } from "./lookups/search/search";
export { searchRole } from "./search/search";
export { serviceKeyGrantName } from "./storage/data-access";
export { keyDeletionDays } from "./storage/data-key";
