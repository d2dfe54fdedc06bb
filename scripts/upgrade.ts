import { isOlder } from "../application/releases";
import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { imageTag, sameImage } from "./lib/images";
import { readInstallation } from "./lib/layers";
import { migratedImage } from "./lib/migrated";
import { planRelease, readRelease, writeRelease, type Release, type ReleaseConfig } from "./lib/release";
import { roll, serves, serving, whereItStands } from "./lib/roll";
import { snapshotBefore } from "./lib/snapshot";

/** `make upgrade`: another release in the application layer, with a way back. */
command(
  { env: { type: "string" }, "image-tag": { type: "string" }, "allow-downgrade": { type: "boolean" } },
  async (args) => {
    const tag = args["image-tag"];
    if (!tag) {
      throw new Error("Say which release: make upgrade ENV=… IMAGE_TAG=20260105-317-signed");
    }
    const environment = await enter(requireEnv(args.env));
    const { name } = environment;
    const { infrastructure, application } = await readInstallation(name);
    const { installation, imageTag: before } = application;

    const migrated = await migratedImage(name);
    const database = imageTag(migrated ?? "") ?? before;
    const goesBack = isOlder(tag, database);
    if (goesBack && !args["allow-downgrade"]) {
      throw new Error(downgrade(name, tag, database));
    }
    const config = await readRelease(name);
    const release = await planRelease(config, installation, tag, goesBack ? migrated : undefined);
    if (!sameImage(release.images.migration, migrated)) {
      const cluster = infrastructure.database.clusterIdentifier;
      await snapshotBefore({ cluster, from: before, to: tag }, installation.region);
    }

    await writeRelease(name, config, release.config);
    console.log(`\nrolling ${name} from ${before} to ${tag} …`);
    const verdict = await roll(environment);
    if (verdict !== 0) {
      const found = await serving(application);
      console.error(
        serves(found, release.images)
          ? `\n${tag} is serving, but not all is well. Mend what is named above, then: make verify ENV=${name}`
          : `\nThe upgrade of ${name} to ${tag} failed. ${await whereItStands(application, found)}\n` +
              (await wayOn(name, config, release)),
      );
    }
    return verdict;
  },
);

function downgrade(env: string, tag: string, database: string): string {
  return (
    `${tag} is older than ${database}, for which the database was migrated, and there is no migration back. ` +
    `To undo the last upgrade: make rollback ENV=${env}. Any other older release is unsupported on this database unless the ` +
    `vendor says so; if it does, add ALLOW_DOWNGRADE=1`
  );
}

/**
 * What to do after an upgrade that failed. As long as the database is that of the old release the configuration goes back to it,
 * so that the next deployment changes nothing.
 */
async function wayOn(env: string, before: ReleaseConfig, { tag, config, images }: Release): Promise<string> {
  const again = `make upgrade ENV=${env} IMAGE_TAG=${tag}`;
  if (sameImage(images.migration, await migratedImage(env))) {
    return (
      `The database has what ${tag} needs, so the configuration keeps naming it. Mend the cause and run \`${again}\`, ` +
      `upgrade to a later release that mends it, or go back: make rollback ENV=${env}`
    );
  }
  await writeRelease(env, config, before);
  return `The migration didn't get through; the configuration names ${before.imageTag} again. Mend the cause, then: ${again}`;
}
