import type { Layer, Setting, Settings } from "@selfhosted/common";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessSettings } from "../application/settings/access";
import { capacitySettings } from "../application/settings/capacity";
import { featureSettings } from "../application/settings/features";
import { operationSettings } from "../application/settings/operations";
import { releaseSettings } from "../application/settings/release";
import { signInSettings } from "../application/settings/sign-in";
import { settings as dnsSettings } from "../dns/config";
import { backupSettings } from "../infrastructure/settings/backup";
import { bucketsSettings } from "../infrastructure/settings/buckets";
import { databaseSettings } from "../infrastructure/settings/database";
import { endpointsSettings } from "../infrastructure/settings/endpoints";
import { installationSettings } from "../infrastructure/settings/installation";
import { networkSettings } from "../infrastructure/settings/network";
import { searchSettings } from "../infrastructure/settings/search";
import { command } from "./lib/command";
import { policyFiles, policyFolder } from "./lib/deployer/documents";
import { layers } from "./lib/pulumi";
import { repository } from "./lib/repository";

/** The settings of each layer, by the title of their table. */
export const groups: Record<Layer, Record<string, Settings>> = {
  infrastructure: {
    Installation: installationSettings,
    Network: networkSettings,
    Database: databaseSettings,
    Buckets: bucketsSettings,
    Search: searchSettings,
    "VPC endpoints": endpointsSettings,
    Backup: backupSettings,
  },
  application: {
    Release: releaseSettings,
    Access: accessSettings,
    Features: featureSettings,
    Capacity: capacitySettings,
    "Sign-in and mail": signInSettings,
    Operations: operationSettings,
  },
  dns: { "Zone and records": dnsSettings },
};

/** The README of a layer. */
export function readmeOf(layer: Layer): string {
  return join(repository, layer, "README.md");
}

/**
 * A README with the tables between its markers, `<!-- settings -->` and `<!-- /settings -->`.
 *
 * @throws Error when the markers are missing.
 */
export function withReference(readme: string, tables: Record<string, Settings>): string {
  const between = /(?<=<!-- settings -->\n)[\s\S]*(?=<!-- \/settings -->)/;
  if (!between.test(readme)) {
    throw new Error("The README has no lines <!-- settings --> and <!-- /settings --> to put the settings between.");
  }
  const text = Object.entries(tables).map(([title, settings]) => `### ${title}\n\n${table(settings)}\n`);
  // Prettier would pad every cell to the longest of its column.
  const ignored = ["<!-- prettier-ignore-start -->\n", ...text, "<!-- prettier-ignore-end -->\n"].join("\n");
  return readme.replace(between, () => `\n${ignored}\n`);
}

function table(settings: Settings): string {
  const rows = Object.entries(settings).map(([key, setting]) => [
    `\`${key}\`${setting.secret ? " (secret)" : ""}`,
    setting.description,
    setting.allowed,
    defaultOf(setting),
  ]);
  const head = ["setting", "what it is for", "allowed", "default"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(escaped).join(" | ")} |`).join("\n");
}

function defaultOf({ default: value, optional, secret }: Setting<unknown>): string {
  if (value === undefined || secret) {
    return value === undefined && !optional ? "**required**" : "–";
  }
  const values = [value].flat().map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  return values.length === 0 || values[0] === "{}" ? "none" : values.map((each) => `\`${each}\``).join(", ");
}

/** Text for a cell: a bar would end it, and angle brackets outside of code would be taken for HTML. */
function escaped(text: string): string {
  const parts = text.split(/(`[^`]*`)/).map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "\\<")));
  return parts.join("").replaceAll("|", "\\|");
}

/** Writes the policies of a deployer. */
async function writePolicies(): Promise<void> {
  const files = await policyFiles();
  const folder = join(repository, policyFolder);
  const old = readdirSync(folder).filter((name) => name.endsWith(".json"));
  old.forEach((name) => rmSync(join(folder, name)));
  Object.entries(files).forEach(([path, text]) => writeFileSync(join(repository, path), text));
}

if (require.main === module) {
  command({}, async () => {
    layers.forEach((layer) => {
      const path = readmeOf(layer);
      writeFileSync(path, withReference(readFileSync(path, "utf8"), groups[layer]));
    });
    await writePolicies();
    return 0;
  });
}
