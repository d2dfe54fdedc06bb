import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { imageTag } from "./lib/images";
import { readInstallation } from "./lib/layers";
import { migratedImage } from "./lib/migrated";
import { planRelease, readRelease, writeRelease } from "./lib/release";
import { roll, serving, whereItStands } from "./lib/roll";
import { schemaHistory, type SchemaHistory } from "./lib/schema-history";
import { restorePoints, type RestorePoint } from "./lib/snapshot";

/** `make rollback`: the services go back to the release before the last upgrade; the database stays as it is. */
command({ env: { type: "string" }, "allow-downgrade": { type: "boolean" } }, async (args) => {
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  const { infrastructure, application } = await readInstallation(name);
  const { installation, migration } = application;
  const config = await readRelease(name);

  const points = await restorePoints(infrastructure.database.clusterIdentifier, installation.region);
  const { from, to } = lastUpgrade(name, config.imageTag, points);
  const migrated = await migratedImage(name);
  const release = await planRelease(config, installation, from, migrated);
  if (imageTag(migrated ?? "") !== from && !args["allow-downgrade"]) {
    const attempts = points.filter((point) => point.from === from && point.to === to);
    const since = attempts.at(-1)?.takenAt ?? new Date(0);
    const history = await schemaHistory(migration.logGroup, since, installation.region);
    if (!history.unchanged) {
      throw new Error(refusal(name, { from, to }, history, attempts));
    }
  }

  await writeRelease(name, config, release.config);
  console.log(`\nrolling ${name} back from ${to} to ${from} …`);
  const verdict = await roll(environment);
  if (verdict !== 0) {
    const found = await whereItStands(application, await serving(application));
    console.error(
      `\n${name} isn't back at ${from}. ${found}\n` +
        `The configuration names ${from}: mend what is named above, then: make deploy ENV=${name}`,
    );
  }
  return verdict;
});

/** The upgrade that the configuration stands after. */
function lastUpgrade(env: string, imageTag: string, [last]: RestorePoint[]): RestorePoint {
  if (last?.to === imageTag) {
    return last;
  }
  const why =
    last === undefined
      ? `No upgrade of ${env} is on record: \`make upgrade\` leaves a snapshot of the database, and there is none.`
      : last.from === imageTag
        ? `${env} is at ${imageTag} already, from where the last upgrade started, to ${last.to}.`
        : `The last upgrade of ${env} on record led to ${last.to}; the configuration names ${imageTag}.`;
  throw new Error(
    `${why} So there is nothing to go back from, and nothing was changed. ` +
      `To run another release: make upgrade ENV=${env} IMAGE_TAG=… ALLOW_DOWNGRADE=1`,
  );
}

function refusal(
  env: string,
  { from, to }: Pick<RestorePoint, "from" | "to">,
  { evidence, changedAt = new Date() }: SchemaHistory,
  attempts: RestorePoint[],
): string {
  const clean = attempts.find(({ takenAt }) => takenAt <= changedAt);
  return [
    `${env} can't simply go back from ${to} to ${from}: the migration changed the database, or nothing shows that it didn't.`,
    ...evidence.map((line) => `  ${line}`),
    `There is no migration back, and ${from} on this database is unsupported unless the vendor says so. Nothing was changed.`,
    `- If the vendor says that it works: make rollback ENV=${env} ALLOW_DOWNGRADE=1`,
    clean
      ? `- Otherwise restore the snapshot ${clean.identifier}, taken ${clean.takenAt.toISOString()}, in a new stack with imageTag ` +
        `${from}: infrastructure/README.md, "Restore". What users did since is lost.`
      : `- Otherwise restore the database to a moment before the upgrade: infrastructure/README.md, "Restore".`,
  ].join("\n");
}
