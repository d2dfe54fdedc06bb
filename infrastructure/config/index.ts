import {
  applyRules,
  type ConfigOf,
  type Configuration,
  type Found,
  parseConfig,
  partlyKnown,
  projectOf,
  type Rule,
} from "@selfhosted/common";
import { alarmsPlacement, alarmsRules, alarmsSettings } from "./alarms";
import { backupPlacement, backupRules, backupSettings } from "./backup";
import { bucketsPlacement, bucketsRules, bucketsSettings } from "./buckets";
import { databasePlacement, databaseRules, databaseSettings } from "./database";
import { endpointsRules, endpointsSettings } from "./endpoints";
import { installationPlacement, installationRules, installationSettings, logsRules } from "./installation";
import { networkRules, networkSettings } from "./network";
import { searchRules, searchSettings } from "./search";

/** The settings of the infrastructure layer by group, in the order in which they are documented. */
export const groups = {
  Installation: installationSettings,
  Network: networkSettings,
  Database: databaseSettings,
  Buckets: bucketsSettings,
  Search: searchSettings,
  "VPC endpoints": endpointsSettings,
  Backup: backupSettings,
  "Alarms and events": alarmsSettings,
};

/** The settings of the infrastructure layer. */
export const settings = {
  ...installationSettings,
  ...networkSettings,
  ...databaseSettings,
  ...bucketsSettings,
  ...searchSettings,
  ...endpointsSettings,
  ...backupSettings,
  ...alarmsSettings,
};

export type Config = ConfigOf<typeof settings>;

/** Rules on the region and partition of what settings name. A value that one refuses isn't known to the other rules and the look-ups. */
const placement: Rule<Config>[] = [
  ...installationPlacement,
  ...databasePlacement,
  ...bucketsPlacement,
  ...backupPlacement,
  ...alarmsPlacement,
];

/** The other rules over several settings. */
const others: Rule<Config>[] = [
  ...installationRules,
  ...logsRules,
  ...networkRules,
  ...databaseRules,
  ...bucketsRules,
  ...searchRules,
  ...endpointsRules,
  ...backupRules,
  ...alarmsRules,
];

const project = projectOf("infrastructure");

/** The configuration of a stack of this layer, with all the problems that can be found without asking AWS. */
export function readConfig(found: Found): Configuration<Config> {
  const { config: parsed, raw, problems } = parseConfig(settings, project, found, sizeIn(found));
  const misplaced = applyRules(placement, parsed, raw);
  const isPlaced = ([key]: [string, unknown]): boolean => misplaced.every((problem) => problem.key !== key);
  const config = partlyKnown(Object.fromEntries(Object.entries(parsed).filter(isPlaced))) as Config;
  return { config, raw, problems: [...problems, ...misplaced, ...applyRules(others, config, raw)] };
}

/** The size that the defaults of other settings follow; undefined where the configured one isn't valid. */
function sizeIn(found: Found): Config["size"] | undefined {
  const text = found[`${project}:size`]?.text;
  const parsed = text === undefined ? { value: settings.size.default } : settings.size.parse(text);
  return "value" in parsed ? (parsed.value as Config["size"]) : undefined;
}
