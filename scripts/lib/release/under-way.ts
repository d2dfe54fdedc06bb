import { ECS, type DesiredStatus } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";

/** ARNs of the migrations that haven't ended. One that was told to stop may go on for two minutes. */
export async function migrationsUnderWay(application: ApplicationOutputs): Promise<string[]> {
  const { clusterName: cluster, migration, installation } = application;
  const ecs = new ECS({ region: installation.region });
  const family = /task-definition\/(.+):\d+$/.exec(migration.taskDefinitionArn)?.[1];
  const list = async (desiredStatus: DesiredStatus): Promise<string[]> =>
    (await ecs.listTasks({ cluster, family, desiredStatus })).taskArns ?? [];
  const listed = [...(await list("RUNNING")), ...(await list("STOPPED"))];
  const { tasks = [] } = listed.length > 0 ? await ecs.describeTasks({ cluster, tasks: listed }) : {};
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
