import type { Service, Task } from "@aws-sdk/client-ecs";
import type { AwsClients } from "@selfhosted/common";
import { isOnPath } from "../path";
import type { ServiceLocation } from "../release/running-versions";

/** The containers that run for long enough to open a shell in. */
export const shellContainers = ["api", "console", "jobs"] as const;

/** What a shell needs besides this project. */
const tools = {
  aws: "the AWS CLI, version 2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  "session-manager-plugin":
    "the Session Manager plugin: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
};

/** Tools that aren't on PATH, and where to get them. */
export function missingTools(path?: string): { name: string; source: string }[] {
  return Object.entries(tools)
    .map(([name, source]) => ({ name, source }))
    .filter(({ name }) => !isOnPath(name, path));
}

/** A service and the tasks that it runs, as ECS describes them. */
interface RunningTasks {
  service: Service;
  tasks: Task[];
}

export async function runningTasks(
  ecs: AwsClients["ecs"],
  { cluster, serviceName }: Pick<ServiceLocation, "cluster" | "serviceName">,
): Promise<RunningTasks> {
  const [{ services: [service = {}] = [] }, { taskArns = [] }] = await Promise.all([
    ecs.describeServices({ cluster, services: [serviceName] }),
    ecs.listTasks({ cluster, serviceName, desiredStatus: "RUNNING" }),
  ]);
  const { tasks = [] } = taskArns.length > 0 ? await ecs.describeTasks({ cluster, tasks: taskArns }) : {};
  return { service, tasks };
}

/**
 * The task to open a shell in: the newest of those that take one.
 *
 * @returns why there is none, and what to do about it.
 */
export function taskForShell(
  env: string,
  container: string,
  { service, tasks }: RunningTasks,
): { task: Task } | { problem: string } {
  if (!service.enableExecuteCommand) {
    return {
      problem:
        `execEnabled is off, so that no container of ${env} takes a shell. To switch it on, which rolls the tasks: cd application && ` +
        `pulumi config set execEnabled true --stack ${env} && cd .. && make deploy ENV=${env}`,
    };
  }
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  if (running.length === 0) {
    return { problem: `No task of ${container} is running. Why: make events ENV=${env}` };
  }
  const [newest] = running
    .filter((task) => agentOf(task, container) === "RUNNING")
    .sort((a, b) => Number(b.startedAt ?? 0) - Number(a.startedAt ?? 0));
  if (newest !== undefined) {
    return { task: newest };
  }
  const agents = running.map((task) => agentOf(task, container) ?? "none");
  return {
    problem:
      `No task of ${container} takes a shell yet: its agent is ${[...new Set(agents)].join(", ")}. A task that has just started needs a ` +
      `minute; one from before execEnabled was switched on never takes one: make deploy ENV=${env} replaces it`,
  };
}

/** State of what takes commands in a container. */
function agentOf({ containers = [] }: Task, container: string): string | undefined {
  const agents = containers.find(({ name }) => name === container)?.managedAgents ?? [];
  return agents.find(({ name }) => name === "ExecuteCommandAgent")?.lastStatus;
}

/** The arguments for `aws`. */
export function shellArguments(
  { region, cluster }: ServiceLocation,
  container: string,
  { taskArn = "" }: Task,
): string[] {
  const where = ["--region", region, "--cluster", cluster, "--task", taskArn, "--container", container];
  return ["ecs", "execute-command", ...where, "--interactive", "--command", "/bin/sh"];
}
