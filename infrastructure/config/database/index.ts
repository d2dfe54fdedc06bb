import type { ConfigOf, Rule } from "@selfhosted/common";
import type { InstallationConfig } from "../installation";
import { accessRules, accessSettings } from "./access";
import { backupsPlacement, backupsSettings } from "./backups";
import { capacityRules, capacitySettings } from "./capacity";
import { certificateRules, certificateSettings } from "./certificate";
import { engineRules, engineSettings } from "./engine";
import { maintenanceRules, maintenanceSettings } from "./maintenance";
import { monitoringRules, monitoringSettings } from "./monitoring";

export { instanceClassOf } from "./capacity";
export { managedParameters } from "./engine";

/** Aurora MySQL. Facts about classes, versions and limits are those of the Amazon Aurora User Guide. */
export const databaseSettings = {
  ...capacitySettings,
  ...engineSettings,
  ...accessSettings,
  ...certificateSettings,
  ...backupsSettings,
  ...maintenanceSettings,
  ...monitoringSettings,
};

export type DatabaseConfig = ConfigOf<typeof databaseSettings>;

export const databaseRules: Rule<DatabaseConfig & Pick<InstallationConfig, "aws:region" | "size">>[] = [
  ...capacityRules,
  ...engineRules,
  ...accessRules,
  ...certificateRules,
  ...maintenanceRules,
  ...monitoringRules,
];

export const databasePlacement: Rule<DatabaseConfig & Pick<InstallationConfig, "aws:region">>[] = backupsPlacement;
