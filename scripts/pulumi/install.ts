import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { version } from "@pulumi/pulumi/package.json";
import { SemVer } from "semver";
import { localFolder } from "../repository";

/** Whether a `pulumi` command is on PATH. */
export function isOnPath(): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pulumi")));
}

/**
 * The folder of a Pulumi command of the SDK's own version, which is installed into an ignored folder, once.
 *
 * @throws Error when it can't be installed.
 */
export async function installPulumi(): Promise<string> {
  const root = join(localFolder, "pulumi");
  try {
    if (!existsSync(join(root, "bin", "pulumi"))) {
      console.error(`installing the Pulumi command ${version} (once) …`);
    }
    const { command } = await PulumiCommand.install({ root, version: new SemVer(version) });
    return dirname(command);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(
      `There is no \`pulumi\` on PATH and version ${version} could not be installed (${reason}). ` +
        `Install it by hand: https://www.pulumi.com/docs/install/`,
    );
  }
}
