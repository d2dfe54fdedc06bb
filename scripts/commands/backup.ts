import { awsClients, snapshotTags } from "@selfhosted/common";
import { refuseOtherAccount } from "../aws/account";
import { refuseDuringMigration } from "../aws/migration";
import { describeBackup, shortestRetention } from "../backup/describe";
import { snapshotOf } from "../backup/snapshot";
import { backupName, takeSnapshot } from "../backup/take";
import { command, requireEnv } from "../command";
import { enter } from "../environment";
import { deployedOf } from "../layers";
import { migratedWith, stateOf } from "../release/pulumi-state";
import { readStacks } from "../stacks";

/** `make backup`: a snapshot of the database, with what a restoration needs besides in its tags. */
command({ env: { type: "string" } }, async (args) => {
  const environment = await enter(requireEnv(args.env));
  const { name, stack } = environment;
  const stacks = await readStacks(environment);
  const { infrastructure, application } = deployedOf(stacks, name);
  if (infrastructure === undefined || application === undefined) {
    throw new Error(`There is no database with a release in ${name} yet: make deploy ENV=${name}`);
  }
  const { installation, database, buckets } = infrastructure;
  await refuseOtherAccount(name, installation);
  await refuseDuringMigration(application);
  const days = await shortestRetention(awsClients({ region: installation.region }), buckets);

  const identifier = backupName(installation, stack, new Date());
  const { release } = migratedWith(stateOf(stacks.application), application);
  console.log(`taking the snapshot ${identifier} of ${database.clusterIdentifier} …`);
  const taken = await takeSnapshot(infrastructure, identifier, { [snapshotTags.release]: release });
  console.log(describeBackup(snapshotOf(taken), infrastructure, days));
  return 0;
});
