import { ECS } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";
import { mustPulumi } from "../pulumi";

interface Exported {
  deployment: { resources?: { type: string; outputs?: { triggers?: { image?: string } } }[] };
}

/** Reference of the image with which the database was migrated last, as the stack's state has it; undefined before the first time. */
export async function migratedImage(env: string): Promise<string | undefined> {
  const text = await mustPulumi("application", ["stack", "export", "--stack", env]);
  const { resources = [] } = (JSON.parse(text) as Exported).deployment;
  return resources.find(({ outputs }) => outputs?.triggers?.image)?.outputs?.triggers?.image;
}

/** @throws Error while a migration is under way: until its end nobody knows what the database is. */
export async function refuseDuringMigration({
  clusterName,
  migration,
  installation,
}: ApplicationOutputs): Promise<void> {
  const family = /task-definition\/(.+):\d+$/.exec(migration.taskDefinitionArn)?.[1];
  const ecs = new ECS({ region: installation.region });
  const { taskArns = [] } = await ecs.listTasks({ cluster: clusterName, family, desiredStatus: "RUNNING" });
  const { tasks = [] } = taskArns.length > 0 ? await ecs.describeTasks({ cluster: clusterName, tasks: taskArns }) : {};
  const underWay = tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED").map(({ taskArn }) => taskArn);
  if (underWay.length > 0) {
    throw new Error(
      `A migration is under way: task ${underWay.join(", ")}. Nothing was changed. Wait until it has ended, and run this again: ` +
        `aws logs tail ${migration.logGroup} --region ${installation.region} --since 2h --follow`,
    );
  }
}
