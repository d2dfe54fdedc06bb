import { ConfigOf, Rule } from "@selfhosted/common";
import { backupRules, backupSettings } from "./settings/backup";
import { bucketsRules, bucketsSettings } from "./settings/buckets";
import { databaseSettings } from "./settings/database";
import { databaseRules } from "./settings/database-rules";
import { endpointsRules, endpointsSettings } from "./settings/endpoints";
import { installationRules, installationSettings } from "./settings/installation";
import { networkRules, networkSettings } from "./settings/network";
import { searchRules, searchSettings } from "./settings/search";

/** The settings of the infrastructure layer; the prefix of a key names its group. */
export const settings = {
  ...installationSettings,
  ...networkSettings,
  ...databaseSettings,
  ...bucketsSettings,
  ...searchSettings,
  ...endpointsSettings,
  ...backupSettings,
};

export type Config = ConfigOf<typeof settings>;

/** Rules over several settings. */
export const rules: Rule<Config>[] = [
  ...installationRules,
  ...networkRules,
  ...databaseRules,
  ...bucketsRules,
  ...searchRules,
  ...endpointsRules,
  ...backupRules,
];

export { region } from "./settings/installation";
