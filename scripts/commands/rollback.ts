import { refuseDuringMigration } from "../aws/migration";
import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { installationOf } from "../layers";
import { refuseInterrupted } from "../recovery/interrupted";
import { planRelease, releaseOf, requireDirection, requireRelease, writeRelease } from "../release/plan";
import { migratedWith, stateOf } from "../release/pulumi-state";
import { refreshAfterEcsRollback, roll } from "../release/roll";
import { isUntouched, refusal, releaseBefore } from "../release/rollback-plan";
import { runningVersionsOf, runsRelease } from "../release/running-versions";
import { schemaHistory } from "../release/schema-history";
import { upgradeSnapshots } from "../release/snapshot";
import { readStacks } from "../stacks";

/** `make rollback`: the services go back to the release before the last upgrade; the database stays as it is. */
command(
  { env: { type: "string" }, "image-tag": { type: "string" }, "allow-downgrade": { type: "string" } },
  async (args) => {
    const mayDowngrade = requireFlag("ALLOW_DOWNGRADE", args["allow-downgrade"]);
    const asked = args["image-tag"] ? requireRelease(args["image-tag"]) : undefined;
    const environment = await enter(requireEnv(args.env));
    const { name } = environment;
    const stacks = await readStacks(environment, { configurationOf: ["application"] });
    refuseInterrupted(environment, stacks);
    const { infrastructure, application } = installationOf(stacks, name);
    const { installation, migration } = application;
    await refuseDuringMigration(application);

    const config = releaseOf(stacks.application.configuration);
    const snapshots = await upgradeSnapshots(infrastructure.database.clusterIdentifier, installation.region);
    const release = asked ?? requireRelease(releaseBefore(name, config.imageTag, snapshots));
    const state = stateOf(stacks.application);
    const migrated = migratedWith(state, application);
    requireDirection("rollback", name, release, migrated.release);
    const planned = await planRelease(config, installation, release, migrated.image);
    const found = await runningVersionsOf(application);
    if (config.imageTag === release && found.every((service) => runsRelease(service, planned.images))) {
      console.log(`${name} runs ${release} already; nothing was changed.`);
      return 0;
    }

    const ofRelease = snapshots.filter(({ database }) => database === release);
    const earliest = ofRelease.at(-1);
    const history = earliest && (await schemaHistory(migration.logGroup, earliest.takenAt, installation.region));
    if (!isUntouched(history, migrated.release === release, migrated.taskArn) && !mayDowngrade) {
      throw new Error(refusal(name, release, ofRelease, history));
    }
    await refreshAfterEcsRollback(name, state);

    await writeRelease(name, config, planned.config);
    console.log(`\nrolling ${name} back from ${config.imageTag} to ${release} …`);
    const { code, isRunning, summary } = await roll(environment, stacks, application, planned.images);
    if (code === 0) {
      console.log(`\n${name} runs ${release} again; the database is that of ${migrated.release}.`);
      return 0;
    }
    console.error(isRunning ? `\n${release} is running, but not all is well.` : `\n${name} isn't back at ${release}.`);
    console.error(summary);
    console.error(`The configuration names ${release}: remove what is wrong above, then: make deploy ENV=${name}`);
    return code;
  },
);
