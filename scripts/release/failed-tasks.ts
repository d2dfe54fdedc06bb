import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { Task } from "@aws-sdk/client-ecs";
import { awsClients } from "@selfhosted/common";
import { logStreamName } from "../../application/operations";
import { shortName } from "../aws/services";
import { explain } from "../report";
import { type RunningVersions, runsImage } from "./running-versions";

const tailLines = 15;

/**
 * Why a rollout failed: of each service that failed, the last task that should have run, with its last log lines. ECS forgets a task
 * an hour after its end.
 *
 * @param imageOf reference of the image that a service should run.
 */
export async function failedTasks(
  failed: RunningVersions[],
  imageOf: (service: RunningVersions) => string,
): Promise<string[]> {
  const described = await Promise.all(
    failed.map(async (service) => {
      const { title, region, logGroup } = service;
      const task = lastFailure(await stoppedTasks(service), imageOf(service));
      return task === undefined
        ? []
        : [`${title}: ${describeTask(task)}`, ...(await tail(awsClients({ region }).logs, logGroup, task))];
    }),
  );
  return described.flat();
}

async function stoppedTasks({ region, cluster, serviceName }: RunningVersions): Promise<Task[]> {
  const { ecs } = awsClients({ region });
  const { taskArns = [] } = await ecs.listTasks({ cluster, serviceName, desiredStatus: "STOPPED" });
  return taskArns.length > 0 ? ((await ecs.describeTasks({ cluster, tasks: taskArns })).tasks ?? []) : [];
}

/** The last task of an image that ended by itself, or that ECS ended for its health: not one that a rollout has replaced. */
export function lastFailure(tasks: Task[], image: string): Task | undefined {
  return tasks
    .filter(({ containers = [] }) => containers.some((container) => runsImage(container.image ?? "", image)))
    .filter(({ stoppedReason = "" }) => !stoppedReason.startsWith("Scaling activity initiated by"))
    .sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0))[0];
}

/** Which task, and why ECS says that it stopped. */
export function describeTask({ taskArn, taskDefinitionArn, stoppedReason, containers = [] }: Task): string {
  const ends = containers
    .filter(({ exitCode, reason }) => exitCode !== undefined || reason)
    .map(({ name = "a container", exitCode, reason }) =>
      [`${name}:`, exitCode !== undefined && `exit code ${exitCode}`, reason].filter(Boolean).join(" "),
    );
  const why = [stoppedReason, ...ends].filter(Boolean).join("; ");
  return `task ${taskId(taskArn)} of ${shortName(taskDefinitionArn)} stopped: ${why}`;
}

/** The last log lines of a task; where they can't be read, as when the logs go elsewhere, why. */
async function tail(logs: CloudWatchLogs, logGroupName: string, { taskArn, containers = [] }: Task): Promise<string[]> {
  if (logGroupName === "") {
    return [];
  }
  const lines = await Promise.all(
    containers.map(async ({ name = "" }) => {
      const stream = logStreamName(name, taskArn ?? "");
      try {
        const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName: stream, limit: tailLines });
        return events.map(({ message = "" }) => message.trimEnd());
      } catch (error) {
        return [explain(error, `${logGroupName}, ${stream}`)];
      }
    }),
  );
  return lines.flat().map((line) => `  | ${line}`);
}

function taskId(taskArn: string | undefined): string {
  return taskArn?.split("/").at(-1) ?? "";
}
