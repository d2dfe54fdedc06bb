import { isOlder } from "../application/releases";
import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { imageTag, sameImage } from "./lib/release/images";
import { readInstallation } from "./lib/layers";
import { migratedImage } from "./lib/release/migrated";
import {
  planRelease,
  readRelease,
  requireRelease,
  writeRelease,
  type Release,
  type ReleaseConfig,
} from "./lib/release/plan";
import { roll } from "./lib/release/roll";
import { lookAtServed, servedRelease } from "./lib/release/served";
import { snapshotBefore } from "./lib/release/snapshot";

/** `make upgrade`: a later release in the application layer, with a way back. */
command({ env: { type: "string" }, "image-tag": { type: "string" } }, async (args) => {
  const tag = requireRelease(args["image-tag"]);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  const { infrastructure, application } = await readInstallation(name);
  const { installation } = application;

  const migrated = await migratedImage(name);
  const database = imageTag(migrated ?? "") ?? application.imageTag;
  if (isOlder(tag, database)) {
    throw new Error(
      `${tag} is older than ${database}, for which the database was migrated, and there is no migration back. ` +
        `To see whether the services alone can go back: make rollback ENV=${name} IMAGE_TAG=${tag}`,
    );
  }
  const config = await readRelease(name);
  const release = await planRelease(config, installation, tag);
  release.unchecked.forEach((image) => console.log(`not checked, since it isn't in ECR: ${image}`));
  // After an upgrade that failed, what serves is neither what was asked for nor what the database is for.
  const from = servedRelease(await lookAtServed(application)) ?? application.imageTag;
  if (!sameImage(release.images.migration, migrated)) {
    const { clusterIdentifier } = infrastructure.database;
    await snapshotBefore(clusterIdentifier, { from, to: tag, database }, installation.region);
  }

  await writeRelease(name, config, release.config);
  console.log(`\nrolling ${name} from ${from} to ${tag} …`);
  const verdict = await roll(environment, application, release.images);
  if (verdict.code !== 0) {
    const way = await wayOn(name, config, release);
    const what = verdict.serving
      ? `${tag} is serving, but not all is well.`
      : `The upgrade of ${name} to ${tag} failed.`;
    console.error(`\n${what} ${verdict.standing}\n${way}`);
  }
  return verdict.code;
});

/**
 * What to do after an upgrade that failed. As long as the database is that of the old release the configuration goes back to it,
 * so that the next deployment changes nothing.
 */
async function wayOn(env: string, before: ReleaseConfig, { tag, config, images }: Release): Promise<string> {
  const again = `make upgrade ENV=${env} IMAGE_TAG=${tag}`;
  if (sameImage(images.migration, await migratedImage(env))) {
    return (
      `The database is that of ${tag}, so the configuration keeps naming it. Mend the cause and run \`${again}\`, ` +
      `upgrade to a later release that mends it, or go back: make rollback ENV=${env}`
    );
  }
  await writeRelease(env, config, before);
  return `The migration didn't get through; the configuration names ${before.imageTag} again. Mend the cause, then: ${again}`;
}
