import { isOlder } from "../application/releases";
import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { imageTag } from "./lib/release/images";
import { readInstallation } from "./lib/layers";
import { migratedImage, refuseDuringMigration } from "./lib/release/migrated";
import { planRelease, readRelease, requireRelease, writeRelease } from "./lib/release/plan";
import { roll } from "./lib/release/roll";
import { schemaHistory } from "./lib/release/schema-history";
import { restorePoints } from "./lib/release/snapshot";
import { refusal, releaseBefore } from "./lib/release/way-back";

/** `make rollback`: the services go back to the release before the last upgrade; the database stays as it is. */
command(
  { env: { type: "string" }, "image-tag": { type: "string" }, "allow-downgrade": { type: "boolean" } },
  async (args) => {
    const environment = await enter(requireEnv(args.env));
    const { name } = environment;
    const { infrastructure, application } = await readInstallation(name);
    const { installation, migration } = application;
    await refuseDuringMigration(application);

    const config = await readRelease(name);
    const points = await restorePoints(infrastructure.database.clusterIdentifier, installation.region);
    const release = requireRelease(args["image-tag"] ?? releaseBefore(name, config.imageTag, points));
    const migrated = (await migratedImage(name)) ?? migration.image;
    const database = imageTag(migrated);
    if (database && isOlder(database, release)) {
      throw new Error(
        `${release} is newer than ${database}, for which the database was migrated: make upgrade leads there.`,
      );
    }
    const planned = await planRelease(config, installation, release, migrated);

    const ofRelease = points.filter((point) => point.database === release);
    const since = ofRelease.at(-1)?.takenAt ?? new Date(0);
    const history = await schemaHistory(migration.logGroup, since, installation.region);
    const untouched = history.unchanged || (history.runs === 0 && database === release);
    if (!untouched && !args["allow-downgrade"]) {
      throw new Error(refusal(name, release, history, ofRelease));
    }

    await writeRelease(name, config, planned.config);
    console.log(`\nrolling ${name} back from ${config.imageTag} to ${release} …`);
    const verdict = await roll(environment, application, planned.images);
    if (verdict.code !== 0) {
      console.error(
        `\n${verdict.serving ? `${release} is serving, but not all is well.` : `${name} isn't back at ${release}.`} ` +
          `${verdict.standing}\n` +
          `The configuration names ${release}: mend what is named above, then: make deploy ENV=${name}`,
      );
    }
    return verdict.code;
  },
);
