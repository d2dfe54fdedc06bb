import { command } from "../command";
import { findPulumi, pinned } from "../pulumi/find";
import { installPulumi } from "../pulumi/install";

command({}, async () => {
  const { command: found, refused } = findPulumi();
  if (refused !== undefined) {
    console.error(`${refused}.`);
  }
  const { version, folder, isOnPath } = found ?? { version: pinned, folder: await installPulumi(), isOnPath: false };
  console.log(`pulumi ${version} is in ${folder}`);
  if (!isOnPath) {
    console.log(`For your shell to find it: export PATH="$PATH:${folder}"`);
  }
  return 0;
});
