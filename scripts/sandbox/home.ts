import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { version as aws } from "@pulumi/aws/package.json";
import { version as random } from "@pulumi/random/package.json";
import { localFolder } from "../repository";

const providers = join(__dirname, "provider", "bin");

/**
 * The `PULUMI_HOME` of the sandbox, in which the sandbox's providers are the plugins that the programs ask for: `pulumi` looks for
 * `plugins/resource-<name>-v<version>/pulumi-resource-<name>`. The user's own, `~/.pulumi`, isn't touched.
 */
export function pulumiHome(): string {
  const home = join(localFolder, "pulumi-home");
  for (const [name, version] of Object.entries({ aws, random })) {
    const folder = join(home, "plugins", `resource-${name}-v${version}`);
    const file = `pulumi-resource-${name}`;
    mkdirSync(folder, { recursive: true });
    // Made aside and renamed: another command may be looking.
    const draft = join(folder, `${file}.${process.pid}`);
    symlinkSync(join(providers, file), draft);
    renameSync(draft, join(folder, file));
  }
  return home;
}
