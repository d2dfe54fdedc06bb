import type { ApplicationOutputs } from "@selfhosted/common";
import { isOlder, tagOf } from "../application/releases";
import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { readInstallation } from "./lib/layers";
import { sameImage } from "./lib/release/images";
import {
  planRelease,
  readRelease,
  requireRelease,
  writeRelease,
  type Release,
  type ReleaseConfig,
} from "./lib/release/plan";
import { learnRollbacks, roll } from "./lib/release/roll";
import { lookAtServed, servedRelease } from "./lib/release/served";
import { snapshotBefore } from "./lib/release/snapshot";
import { readState } from "./lib/release/state";
import { migrationsUnderWay, refuseDuringMigration, watch } from "./lib/release/under-way";
import { explain } from "./lib/report";

/** `make upgrade`: a later release in the application layer, with a way back. */
command({ env: { type: "string" }, "image-tag": { type: "string" } }, async (args) => {
  const tag = requireRelease(args["image-tag"]);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  const { infrastructure, application } = await readInstallation(name);
  const { installation, migration } = application;
  await refuseDuringMigration(application);

  const state = await readState(name);
  const migrated = state.migrated?.image ?? migration.image;
  const database = tagOf(migrated) ?? application.imageTag;
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
  const found = await lookAtServed(application);
  const from = servedRelease(found) ?? application.imageTag;
  if (!sameImage(release.images.migration, migrated)) {
    const { clusterIdentifier } = infrastructure.database;
    await snapshotBefore(clusterIdentifier, { from, to: tag, database }, installation.region);
  }
  await learnRollbacks(name, state);

  await writeRelease(name, config, release.config);
  console.log(from === tag ? `\n${name} runs ${tag}; checking …` : `\nrolling ${name} from ${from} to ${tag} …`);
  const { code, serving, standing } = await roll(environment, application, release.images);
  if (code === 0) {
    console.log(`\n${name} serves ${tag}.${from === tag ? "" : ` The way back to ${from}: make rollback ENV=${name}`}`);
    return 0;
  }
  console.error(serving ? `\n${tag} is serving, but not all is well.` : `\nThe upgrade of ${name} to ${tag} failed.`);
  console.error(standing);
  console.error(await wayOn(name, application, config, release));
  return code;
});

/**
 * What to do after an upgrade that failed. As long as the database is that of the old release the configuration goes back to it,
 * so that the next deployment changes no service.
 */
async function wayOn(
  env: string,
  application: ApplicationOutputs,
  before: ReleaseConfig,
  { tag, config, images }: Release,
): Promise<string> {
  const again = `make upgrade ENV=${env} IMAGE_TAG=${tag}`;
  try {
    const { migrated } = await readState(env);
    if (sameImage(images.migration, migrated?.image)) {
      return (
        `The database is that of ${tag}, so the configuration keeps naming it. Mend the cause and run \`${again}\`, ` +
        `upgrade to a later release that mends it, or go back: make rollback ENV=${env}`
      );
    }
    if ((await migrationsUnderWay(application)).length > 0) {
      return `The migration is still under way. Watch it, ${watch(application)}, and when it has ended: ${again}`;
    }
    await writeRelease(env, config, before);
    return (
      `The database wasn't migrated, so the configuration names ${before.imageTag} again. ` +
      `Mend the cause, then: ${again}`
    );
  } catch (error) {
    return `Where the database stands could not be read (${explain(error)}). The configuration names ${tag}. Go on with: ${again}`;
  }
}
