import { type Found, ifKnown, projectOf } from "@selfhosted/common";
import { isNewer, isSettable, readConfig } from "../../infrastructure/exports";
import type { Snapshot } from "../backup/snapshot";

/** Settings of the infrastructure layer, by their names. */
export type ChangedSettings = Record<string, string>;

/**
 * The settings of the infrastructure layer that a snapshot decides, where they change: AWS restores none into an older version than it has,
 * which AWS may have moved on by itself, and the database keeps its administrator.
 */
export function settingsOf(
  { name, engineVersion, username }: Pick<Snapshot, "name" | "engineVersion" | "username">,
  found: Found,
): ChangedSettings {
  const { config } = readConfig(found);
  const configured = {
    databaseRestoreFromSnapshot: ifKnown(() => config.databaseRestoreFromSnapshot),
    databaseEngineVersion: ifKnown(() => config.databaseEngineVersion),
    databaseUsername: ifKnown(() => config.databaseUsername),
  };
  const { databaseEngineVersion: version } = configured;
  const wanted = {
    databaseRestoreFromSnapshot: name,
    databaseEngineVersion: version !== undefined && isNewer(engineVersion, version) ? engineVersion : version,
    // Another name than the layer takes stays as the snapshot has it, whatever the setting says.
    databaseUsername: username !== undefined && isSettable(username) ? username : configured.databaseUsername,
  };
  const keys = Object.keys(wanted) as (keyof typeof wanted)[];
  return Object.fromEntries(
    keys.flatMap((key) => (wanted[key] === undefined || wanted[key] === configured[key] ? [] : [[key, wanted[key]]])),
  );
}

/** A configuration with other values for some of its keys. */
export function withSettings(found: Found, settings: ChangedSettings): Found {
  const changed = Object.entries(settings).map(([key, text]) => [
    `${projectOf("infrastructure")}:${key}`,
    { text, encrypted: false },
  ]);
  return { ...found, ...(Object.fromEntries(changed) as Found) };
}
