import { CloudWatchLogs, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { ECS, type Task } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";
import { lookAtService, servicesOf, shortName, type NamedService } from "./checks/services";

const tailLines = 15;

/**
 * What a roll-out died of: for each service the last of the tasks that ended though they ran another version than the one that
 * serves, with the last lines of its log. ECS forgets a task an hour after its end.
 */
export async function failedTasks(application: ApplicationOutputs): Promise<string[]> {
  const { region } = application.installation;
  const clients = { ecs: new ECS({ region }), logs: new CloudWatchLogs({ region }) };
  const told = await Promise.all(
    servicesOf(application).map((service) => lastFailure(clients, application.clusterName, service)),
  );
  return told.flat();
}

async function lastFailure(
  { ecs, logs }: { ecs: ECS; logs: CloudWatchLogs },
  cluster: string,
  { name, outputs }: NamedService,
): Promise<string[]> {
  const { taskDefinition } = await lookAtService(ecs, cluster, outputs.serviceName);
  const { taskArns = [] } = await ecs.listTasks({
    cluster,
    serviceName: outputs.serviceName,
    desiredStatus: "STOPPED",
  });
  const { tasks = [] } = taskArns.length > 0 ? await ecs.describeTasks({ cluster, tasks: taskArns }) : {};
  const failed = lastOf(
    tasks.filter(({ taskDefinitionArn }) => taskDefinitionArn !== taskDefinition.taskDefinitionArn),
  );
  return failed === undefined
    ? []
    : [`${name}: ${describe(failed)}`, ...(await tail(logs, outputs.logGroup, failed)).map((line) => `  | ${line}`)];
}

function lastOf(tasks: Task[]): Task | undefined {
  return [...tasks].sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0))[0];
}

/** Which task, and why ECS says that it stopped. */
function describe({ taskArn, taskDefinitionArn, stoppedReason, containers = [] }: Task): string {
  const ends = containers
    .filter(({ exitCode, reason }) => exitCode !== undefined || reason)
    .map(({ name, exitCode, reason }) =>
      [`${name}:`, exitCode !== undefined && `exit code ${exitCode}`, reason].filter(Boolean).join(" "),
    );
  return `task ${taskId(taskArn)} of ${shortName(taskDefinitionArn)} stopped: ${[stoppedReason, ...ends].filter(Boolean).join("; ")}`;
}

/** Nothing where its logs go elsewhere, or it never wrote any. */
async function tail(logs: CloudWatchLogs, logGroupName: string, { taskArn, containers = [] }: Task): Promise<string[]> {
  const lines = await Promise.all(
    containers.map(async ({ name }) => {
      const logStreamName = `${name}/${name}/${taskId(taskArn)}`;
      try {
        const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, limit: tailLines });
        return events.map(({ message = "" }) => message.trimEnd());
      } catch (error) {
        if (error instanceof ResourceNotFoundException) {
          return [];
        }
        throw error;
      }
    }),
  );
  return lines.flat();
}

function taskId(taskArn: string | undefined): string {
  return taskArn?.split("/").at(-1) ?? "";
}
