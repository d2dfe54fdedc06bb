import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The stand-in for `pulumi`. */
export const STAND_IN = join(__dirname, "..", "pulumi");

/** The folder on PATH of the real command and of what it needs to run programs; undefined where it isn't installed. */
export function realPulumi(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const complete = folders.filter((folder) =>
    ["pulumi", "pulumi-language-nodejs"].every((file) => existsSync(join(folder, file))),
  );
  return complete.find((folder) => realpathSync(join(folder, "pulumi")) !== realpathSync(STAND_IN));
}
