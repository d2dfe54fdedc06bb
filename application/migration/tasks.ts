import type { ECS, Task } from "@aws-sdk/client-ecs";

// The tasks of the migration, for its provider, which is stored as text, and for the operator's commands.

/**
 * The runs of the migration that ECS still lists, stopped ones for about an hour. One that is being stopped is listed as stopped, though
 * it may go on for two minutes.
 *
 * @param family of the task definition: the runs of all its revisions.
 */
export async function migrationTasks(ecs: ECS, cluster: string, family: string): Promise<Task[]> {
  // One after the other, so that none is missed that stops in between.
  const running = await ecs.listTasks({ cluster, family, desiredStatus: "RUNNING" });
  const stopped = await ecs.listTasks({ cluster, family, desiredStatus: "STOPPED" });
  return describeTasks(ecs, cluster, [...(running.taskArns ?? []), ...(stopped.taskArns ?? [])]);
}

export async function describeTasks(ecs: ECS, cluster: string, tasks: string[]): Promise<Task[]> {
  return tasks.length === 0 ? [] : ((await ecs.describeTasks({ cluster, tasks })).tasks ?? []);
}

/** The log stream of a task's container, whose prefix is the container's name. */
export function logStreamName(container: string, taskArn: string): string {
  return `${container}/${container}/${taskArn.split("/").pop() ?? ""}`;
}

/** The command that shows what a migration writes. */
export function watchCommand({ logGroup, region }: { logGroup: string; region: string }): string {
  return `aws logs tail ${logGroup} --region ${region} --since 2h --follow`;
}
