import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { groups as application } from "../../application/exports";
import { groups as dns } from "../../dns/exports";
import { groups as infrastructure } from "../../infrastructure/exports";
import { command } from "../command";
import { costBySize } from "../cost/sizes";
import { layers } from "../layers";
import { repository } from "../repository";
import { factsFile, withFacts } from "./facts-page";
import { policyFiles, policyFolder } from "./permissions/documents";
import { type Groups, settingsPage, withRequired } from "./settings-page";

/** The settings of each layer. */
export const groups: Record<Layer, Groups> = { infrastructure, application, dns };

/**
 * What `make docs` writes, by path in the repository: the settings and README of each layer, the page of facts, and the policies of a
 * deployer.
 */
export async function writtenFiles(): Promise<Record<string, string>> {
  const { format } = await import("prettier");
  const facts = withFacts(readFileSync(join(repository, factsFile), "utf8"), groups, await costBySize());
  const settings = layers.flatMap((layer) => {
    const readme = `${layer}/README.md`;
    const page = settingsPage(layer, groups[layer]);
    return [
      [`${layer}/SETTINGS.md`, format(page, { parser: "markdown", printWidth: 120 })] as const,
      [readme, withRequired(readFileSync(join(repository, readme), "utf8"), groups[layer])] as const,
    ];
  });
  const texts = await Promise.all(settings.map(async ([path, text]) => [path, await text] as const));
  return { ...Object.fromEntries(texts), [factsFile]: facts, ...(await policyFiles()) };
}

if (require.main === module) {
  command({}, async () => {
    const folder = join(repository, policyFolder);
    const old = readdirSync(folder).filter((name) => name.endsWith(".json"));
    const files = await writtenFiles();
    old.forEach((name) => rmSync(join(folder, name)));
    Object.entries(files).forEach(([path, text]) => writeFileSync(join(repository, path), text));
    return 0;
  });
}
