import { ECS } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";

type Application = Pick<ApplicationOutputs, "clusterName" | "api" | "console" | "migration">;

/** The images that the services run, whatever was asked for. */
export async function serving(application: Application, ecs = new ECS({})): Promise<{ api: string; console: string }> {
  const { clusterName: cluster, api, console } = application;
  const image = async (service: string): Promise<string> => {
    const { services } = await ecs.describeServices({ cluster, services: [service] });
    const { taskDefinition } = services?.[0] ?? {};
    const described = taskDefinition ? await ecs.describeTaskDefinition({ taskDefinition }) : undefined;
    const containers = described?.taskDefinition?.containerDefinitions ?? [];
    return containers.find((container) => container.portMappings?.length)?.image ?? "nothing";
  };
  return { api: await image(api.serviceName), console: await image(console.serviceName) };
}

/** Whether the database was migrated with the image of this tag; ECS knows for about an hour. */
export async function hasMigrated(application: Application, tag: string, ecs = new ECS({})): Promise<boolean> {
  const { clusterName: cluster, migration } = application;
  const family = /task-definition\/(.+):\d+$/.exec(migration.taskDefinitionArn)?.[1];
  const { taskArns = [] } = await ecs.listTasks({ cluster, family, desiredStatus: "STOPPED" });
  const { tasks = [] } = taskArns.length > 0 ? await ecs.describeTasks({ cluster, tasks: taskArns }) : {};
  const definitions = tasks
    .filter((task) => task.lastStatus === "STOPPED" && task.containers?.every((container) => container.exitCode === 0))
    .flatMap((task) => task.taskDefinitionArn ?? []);
  const described = await Promise.all(
    [...new Set(definitions)].map((taskDefinition) => ecs.describeTaskDefinition({ taskDefinition })),
  );
  return described.some(({ taskDefinition }) =>
    taskDefinition?.containerDefinitions?.some((container) => container.image?.endsWith(`:${tag}`)),
  );
}
