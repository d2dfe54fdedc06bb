import { command } from "../command";
import { findPulumi, pinned } from "../pulumi/find";
import { installPulumi } from "../pulumi/install";

command({}, async () => {
  const { command: found, refused } = findPulumi();
  if (refused !== undefined) {
    console.error(`${refused}.`);
  }
  const { version, folder } = found ?? { version: pinned, folder: await installPulumi() };
  console.log(`pulumi ${version} is in ${folder}`);
  return 0;
});
