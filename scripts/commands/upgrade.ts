import type { ApplicationOutputs } from "@selfhosted/common";
import { hasMigratedWith, migrationsInProgress, refuseDuringMigration, watchMigration } from "../aws/migration";
import { command, requireEnv } from "../command";
import { enter, type Environment } from "../environment";
import { installationOf } from "../layers";
import { readStackState } from "../pulumi/stacks";
import { hintUnrecorded, recoverFirst, refuseInterrupted } from "../recovery/interrupted";
import {
  planRelease,
  type Release,
  type ReleaseConfig,
  releaseOf,
  requireDirection,
  requireRelease,
  writeRelease,
} from "../release/plan";
import { migratedWith, stateOf } from "../release/pulumi-state";
import { refreshAfterEcsRollback, roll } from "../release/roll";
import { runningRelease, runningVersionsOf, sameImage } from "../release/running-versions";
import { hasRunSince } from "../release/schema-history";
import { snapshotBefore } from "../release/snapshot";
import { explain } from "../report";
import { readStacks } from "../stacks";

/** `make upgrade`: a later release in the application layer, with a snapshot to go back to. */
command({ env: { type: "string" }, "image-tag": { type: "string" } }, async (args) => {
  const tag = requireRelease(args["image-tag"]);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  const stacks = await readStacks(environment, { configurationOf: ["application"] });
  refuseInterrupted(environment, stacks);
  const { infrastructure, application } = installationOf(stacks, name);
  const { installation } = application;
  await refuseDuringMigration(application);

  const state = stateOf(stacks.application);
  const migrated = migratedWith(state, application);
  requireDirection("upgrade", name, tag, migrated.release);
  const config = releaseOf(stacks.application.configuration);
  const release = await planRelease(config, installation, tag);
  release.unchecked.forEach((image) => console.log(`not checked, since it isn't in ECR: ${image}`));
  // After an upgrade that failed, the services run neither what was deployed nor what the database is for.
  const from = runningRelease(await runningVersionsOf(application)) ?? application.imageTag;
  if (!sameImage(release.images.migration, migrated.image)) {
    const upgrade = { from, to: tag, database: migrated.release };
    await snapshotBefore(infrastructure, upgrade, (since) => hasRunSince(application, since));
  }
  await refreshAfterEcsRollback(name, state);

  await writeRelease(name, config, release.config);
  console.log(from === tag ? `\n${name} runs ${tag}; checking …` : `\nrolling ${name} from ${from} to ${tag} …`);
  const { code, isRunning, summary } = await roll(environment, stacks, application, release.images);
  if (code === 0) {
    console.log(`\n${name} runs ${tag}.${from === tag ? "" : ` To go back to ${from}: make rollback ENV=${name}`}`);
    return 0;
  }
  console.error(isRunning ? `\n${tag} is running, but not all is well.` : `\nThe upgrade of ${name} to ${tag} failed.`);
  console.error(summary);
  const first = await recoverFirst(environment);
  console.error(await nextStep(environment, application, config, release, first));
  if (first === "") {
    console.error(hintUnrecorded(name));
  }
  return code;
});

/**
 * What to do after an upgrade that failed. As long as the database is that of the old release the configuration goes back to it,
 * so that the next deployment changes no service.
 *
 * @param first what is typed before the command that goes on.
 */
async function nextStep(
  { name: env }: Environment,
  application: ApplicationOutputs,
  before: ReleaseConfig,
  { tag, config, images }: Release,
  first: string,
): Promise<string> {
  const again = `${first}make upgrade ENV=${env} IMAGE_TAG=${tag}`;
  try {
    const { migrated } = stateOf(await readStackState("application", env));
    // Where Pulumi was killed, its state doesn't know of a migration that has succeeded.
    if (sameImage(images.migration, migrated?.image) || (await hasMigratedWith(application, images.migration))) {
      return (
        `The database is that of ${tag}, so the configuration keeps naming it. Remove the cause and run \`${again}\`, ` +
        `upgrade to a later release without it, or go back: ${first}make rollback ENV=${env}`
      );
    }
    if ((await migrationsInProgress(application)).length > 0) {
      return `The migration is still in progress. Watch it, ${watchMigration(application)}, and when it has ended: ${again}`;
    }
    await writeRelease(env, config, before);
    return (
      `The database wasn't migrated, so the configuration names ${before.imageTag} again. ` +
      `Remove the cause, then: ${again}`
    );
  } catch (error) {
    return `${explain(error, "The release of the database")}. The configuration names ${tag}. Go on with: ${again}`;
  }
}
