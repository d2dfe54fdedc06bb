/**
 * What commands for a deployed installation use of this layer. Apart from exports.ts, which takes a while to load: that has all
 * settings and look-ups.
 */
export { tlsPolicies } from "./config/access";
export { releaseSettings } from "./config/release";
export { findImage } from "./lookups/ecr";
export { downgrade, isOlder, tagOf } from "./migration/releases";
export { logStreamName, migrationTasks, watchCommand } from "./migration/tasks";
export {
  kinds,
  parseImage,
  references,
  type EcrImage,
  type ImageConfig,
  type Kind,
  type References,
} from "./task/images";
