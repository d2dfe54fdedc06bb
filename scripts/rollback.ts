import { isOlder, tagOf } from "../application/releases";
import { command, requireEnv, requireFlag } from "./lib/command";
import { enter } from "./lib/environment";
import { readInstallation } from "./lib/layers";
import { planRelease, readRelease, requireRelease, writeRelease } from "./lib/release/plan";
import { learnRollbacks, roll } from "./lib/release/roll";
import { schemaHistory } from "./lib/release/schema-history";
import { lookAtServed, serves } from "./lib/release/served";
import { restorePoints } from "./lib/release/snapshot";
import { readState } from "./lib/release/state";
import { refuseDuringMigration } from "./lib/release/under-way";
import { isUntouched, refusal, releaseBefore } from "./lib/release/way-back";

/** `make rollback`: the services go back to the release before the last upgrade; the database stays as it is. */
command(
  { env: { type: "string" }, "image-tag": { type: "string" }, "allow-downgrade": { type: "string" } },
  async (args) => {
    const mayDowngrade = requireFlag("ALLOW_DOWNGRADE", args["allow-downgrade"]);
    const asked = args["image-tag"] ? requireRelease(args["image-tag"]) : undefined;
    const environment = await enter(requireEnv(args.env));
    const { name } = environment;
    const { infrastructure, application } = await readInstallation(name);
    const { installation, migration } = application;
    await refuseDuringMigration(application);

    const config = await readRelease(name);
    const points = await restorePoints(infrastructure.database.clusterIdentifier, installation.region);
    const release = asked ?? requireRelease(releaseBefore(name, config.imageTag, points));
    const state = await readState(name);
    const migrated = state.migrated ?? { image: migration.image, taskArn: "" };
    const database = tagOf(migrated.image) ?? application.imageTag;
    if (isOlder(database, release)) {
      throw new Error(
        `${release} is newer than ${database}, for which the database was migrated: make upgrade leads there.`,
      );
    }
    const planned = await planRelease(config, installation, release, migrated.image);
    const found = await lookAtServed(application);
    if (config.imageTag === release && found.every((service) => serves(service, planned.images))) {
      console.log(`${name} runs ${release} already; nothing was changed.`);
      return 0;
    }

    const ofRelease = points.filter((point) => point.database === release);
    const earliest = ofRelease.at(-1);
    const history = earliest && (await schemaHistory(migration.logGroup, earliest.takenAt, installation.region));
    if (!isUntouched(history, database === release, migrated.taskArn) && !mayDowngrade) {
      throw new Error(refusal(name, release, ofRelease, history));
    }
    await learnRollbacks(name, state);

    await writeRelease(name, config, planned.config);
    console.log(`\nrolling ${name} back from ${config.imageTag} to ${release} …`);
    const { code, serving, standing } = await roll(environment, application, planned.images);
    if (code === 0) {
      console.log(`\n${name} serves ${release} again; the database is that of ${database}.`);
      return 0;
    }
    console.error(serving ? `\n${release} is serving, but not all is well.` : `\n${name} isn't back at ${release}.`);
    console.error(standing);
    console.error(`The configuration names ${release}: mend what is named above, then: make deploy ENV=${name}`);
    return code;
  },
);
