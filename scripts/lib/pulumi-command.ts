import { PulumiCommand } from "@pulumi/pulumi/automation";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { SemVer } from "semver";
import { version } from "@pulumi/pulumi/package.json";
import { localFolder } from "./repository";

/**
 * The folder of the Pulumi command: the one on PATH, or one of the SDK's own version that is installed into an ignored folder,
 * once.
 *
 * @throws Error when there is none and it can't be installed.
 */
export async function findPulumi(): Promise<string> {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).find((folder) => existsSync(join(folder, "pulumi")));
  if (onPath !== undefined) {
    return onPath;
  }
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
