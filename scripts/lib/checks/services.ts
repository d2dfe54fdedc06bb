import type { Deployment, ECS, Service, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs, ServiceOutputs, WorkerOutputs } from "@selfhosted/common";
import { finding, type Finding } from "../report";

/** What AWS tells of a service. */
export interface ServiceFacts {
  service: Service;
  /** The one that it serves, which after a rollback is not the one that was asked for. */
  taskDefinition: TaskDefinition;
}

/** What was asked of ECS. */
export interface Asked {
  taskDefinitionArn: string;
  image: string;
}

/** The services of an installation: those that users call, and the one for background jobs where there is one. */
export function servicesOf({ api, console, jobs }: ApplicationOutputs): NamedService[] {
  return [
    { name: "api", outputs: api },
    { name: "console", outputs: console },
    ...(jobs ? [{ name: "jobs" as const, outputs: jobs }] : []),
  ];
}

export interface NamedService {
  name: "api" | "console" | "jobs";
  outputs: ServiceOutputs | WorkerOutputs;
}

export async function lookAtService(ecs: ECS, cluster: string, name: string): Promise<ServiceFacts> {
  const { services: [service = {}] = [] } = await ecs.describeServices({ cluster, services: [name] });
  const serving = servedBy(service);
  if (serving === undefined) {
    return { service, taskDefinition: {} };
  }
  const { taskDefinition = {} } = await ecs.describeTaskDefinition({ taskDefinition: serving });
  return { service, taskDefinition };
}

/** A service runs as many tasks as it should, of the release that was asked for. */
export function judgeService(name: string, { service, taskDefinition }: ServiceFacts, asked: Asked): Finding[] {
  const { status, runningCount = 0, desiredCount = 0, pendingCount = 0 } = service;
  return [
    finding(
      `${name} tasks`,
      status === "ACTIVE" && runningCount >= Math.max(desiredCount, 1),
      `${status ?? "no such service"}: ${runningCount} of ${desiredCount} running, ${pendingCount} pending`,
      `read its events in ECS and its log group. ${lastEvents(service)}`.trim(),
    ),
    rollout(name, service, asked),
    judgeImage(`${name} image`, taskDefinition, asked.image),
  ];
}

/**
 * Whether ECS serves what was asked for. Pulumi reports a rollout that ECS took back as a failure, but not always: where the clock
 * here is ahead of AWS's, it only sees that the service is steady, and that it is with the previous release too.
 */
export function rollout(name: string, service: Service, asked: Asked): Finding {
  const wanted = shortName(asked.taskDefinitionArn);
  const serving = shortName(servedBy(service));
  const primary = primaryOf(service);
  if (serving !== wanted) {
    const failed = service.deployments?.find((deployment) => shortName(deployment.taskDefinition) === wanted);
    const reason = failed?.rolloutStateReason ? ` (${failed.rolloutStateReason})` : "";
    return {
      name: `${name} rollout`,
      verdict: "fail",
      evidence: `ECS serves ${serving}, not ${wanted}: it rolled back${reason}, or the service was changed outside of Pulumi`,
      remedy:
        `read the service's log group, mend the cause, then \`pulumi refresh\` and \`pulumi up\` in application/. ${lastEvents(service)}`.trim(),
    };
  }
  // Without a release to go back to, ECS gives up. The next deployment starts the service again.
  const next =
    primary?.rolloutState === "FAILED"
      ? "read the service's log group, remove the cause, then `make deploy`, or `pulumi up` in application/"
      : "wait until ECS has finished, then `make verify`";
  return finding(
    `${name} rollout`,
    primary?.rolloutState === "COMPLETED",
    [`${wanted} ${primary?.rolloutState ?? "state unknown"}`, primary?.rolloutStateReason].filter(Boolean).join(": "),
    `${next}. ${lastEvents(service)}`.trim(),
  );
}

/** The deployment that ECS brings about, or has brought about. */
export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find(({ status }) => status === "PRIMARY");
}

function servedBy(service: Service): string | undefined {
  return primaryOf(service)?.taskDefinition ?? service.taskDefinition;
}

/** The image that was asked for, in a task definition. */
function judgeImage(name: string, taskDefinition: TaskDefinition, asked: string): Finding {
  const images = (taskDefinition.containerDefinitions ?? []).map((container) => container.image ?? "");
  return finding(
    name,
    images.includes(asked),
    images.join(", ") || "no containers",
    `it must be ${asked}: \`pulumi refresh\` and \`pulumi up\` in application/`,
  );
}

/** `family:revision`. */
export function shortName(taskDefinitionArn: string | undefined): string {
  return taskDefinitionArn?.split("/").at(-1) ?? "nothing";
}

function lastEvents({ events }: Service): string {
  const messages = (events ?? []).slice(0, 3).map((event) => event.message);
  return messages.length > 0 ? `ECS said last: ${messages.join(" | ")}` : "";
}

/**
 * The migration of the release ran and succeeded. The services are only rolled after it, so that its task definition tells
 * which release the database has; ECS lists the task itself for about an hour.
 */
export async function checkMigration(ecs: ECS, application: ApplicationOutputs): Promise<Finding[]> {
  const { migration } = application;
  const { taskDefinition = {} } = await ecs.describeTaskDefinition({ taskDefinition: migration.taskDefinitionArn });
  const tasks = await migrationTasks(ecs, application);
  const runs = tasks.filter((task) => task.taskDefinitionArn === migration.taskDefinitionArn);
  return [judgeImage("migration image", taskDefinition, migration.image), judgeMigration(runs, migration.logGroup)];
}

/** The runs of the migration that ECS still lists. One that was told to stop counts as stopped, and may go on for two minutes. */
export async function migrationTasks(
  ecs: ECS,
  { clusterName: cluster, migration }: ApplicationOutputs,
): Promise<Task[]> {
  const family = shortName(migration.taskDefinitionArn).split(":")[0];
  const listed = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) => ecs.listTasks({ cluster, family, desiredStatus })),
  );
  const taskArns = listed.flatMap((each) => each.taskArns ?? []);
  return taskArns.length > 0 ? ((await ecs.describeTasks({ cluster, tasks: taskArns })).tasks ?? []) : [];
}

/** @param runs those that ECS still lists. */
export function judgeMigration(runs: Task[], logGroup: string): Finding {
  const [last] = [...runs].sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
  const exitCode = last?.containers?.[0]?.exitCode;
  const seen = [last?.lastStatus, `exit code ${exitCode ?? "none"}`, last?.stoppedReason].filter(Boolean).join(", ");
  return finding(
    "migration run",
    last === undefined || (last.lastStatus === "STOPPED" && exitCode === 0),
    last === undefined ? "no longer listed: ECS forgets a task an hour after its end" : seen,
    `read log group ${logGroup}, mend the cause, and \`make deploy\``,
  );
}
