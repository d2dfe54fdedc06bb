import { awsClients, type ApplicationOutputs } from "@selfhosted/common";
import { migrationTasks } from "../checks/services";

/** ARNs of the migrations that haven't ended. */
export async function migrationsUnderWay(application: ApplicationOutputs): Promise<string[]> {
  const tasks = await migrationTasks(awsClients({ region: application.installation.region }).ecs, application);
  return tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED").flatMap(({ taskArn }) => taskArn ?? []);
}

/** @throws Error while a migration is under way: until its end nobody knows what the database is. */
export async function refuseDuringMigration(application: ApplicationOutputs): Promise<void> {
  const underWay = await migrationsUnderWay(application);
  if (underWay.length > 0) {
    throw new Error(
      `A migration is under way: task ${underWay.join(", ")}. Nothing was changed. Wait until it has ended, and run this again: ` +
        watch(application),
    );
  }
}

/** The command that shows what a migration writes. */
export function watch({ migration, installation }: ApplicationOutputs): string {
  return `aws logs tail ${migration.logGroup} --region ${installation.region} --since 2h --follow`;
}
