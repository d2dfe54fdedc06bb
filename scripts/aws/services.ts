import type { Deployment, ECS, Service, TaskDefinition } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs, ServiceOutputs, WorkerOutputs } from "@selfhosted/common";
import { tagOf } from "../../application/operations";
import { type CheckResult, checkResult, type StatusRow } from "../report";

/** A service as ECS describes it. */
export interface DescribedService {
  service: Service;
  /** The one that it runs, which after a rollback is not the one that was deployed. */
  taskDefinition: TaskDefinition;
}

/** What was deployed. */
export interface Wanted {
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

export async function describeService(ecs: ECS, cluster: string, name: string): Promise<DescribedService> {
  const { services: [service = {}] = [] } = await ecs.describeServices({ cluster, services: [name] });
  const running = runningDefinition(service);
  if (running === undefined) {
    return { service, taskDefinition: {} };
  }
  const { taskDefinition = {} } = await ecs.describeTaskDefinition({ taskDefinition: running });
  return { service, taskDefinition };
}

/** A service runs as many tasks as it should, of the release that was deployed. */
export function checkService(
  name: string,
  { service, taskDefinition }: DescribedService,
  wanted: Wanted,
): CheckResult[] {
  const { status, runningCount = 0, desiredCount = 0, pendingCount = 0 } = service;
  return [
    checkResult(
      `${name} tasks`,
      status === "ACTIVE" && runningCount >= Math.max(desiredCount, 1),
      `${status ?? "no such service"}: ${runningCount} of ${desiredCount} running, ${pendingCount} pending`,
      startTasks(service),
    ),
    checkRollout(name, service, wanted),
    checkImage(`${name} image`, taskDefinition, wanted.image),
  ];
}

/** What brings tasks back. Their number is left to autoscaling, so that Pulumi doesn't set it; and it doesn't scale what was stopped. */
function startTasks(service: Service): string {
  const { status, serviceArn = "", clusterArn = "", desiredCount = 0 } = service;
  if (status !== "ACTIVE") {
    return "`pulumi refresh` and `pulumi up` in application/ makes the service again";
  }
  if (desiredCount === 0) {
    const place = `--region ${serviceArn.split(":")[3]} --cluster ${shortName(clusterArn)} --service ${shortName(serviceArn)}`;
    const command = `aws ecs update-service ${place} --desired-count 2`;
    return `it was stopped; to start it: \`${command}\`, or as many as the setting of its least number of tasks says`;
  }
  return `read its events in ECS and its log group. ${lastEvents(service)}`.trim();
}

/**
 * Whether ECS runs what was deployed. Pulumi reports a rollout that ECS took back as a failure, but not always: where the clock
 * here is ahead of AWS's, it only sees that the service is steady, and that it is with the previous release too.
 */
export function checkRollout(name: string, service: Service, wanted: Wanted): CheckResult {
  const definition = shortName(wanted.taskDefinitionArn);
  const running = shortName(runningDefinition(service));
  const primary = primaryOf(service);
  if (running !== definition) {
    const failed = service.deployments?.find((deployment) => shortName(deployment.taskDefinition) === definition);
    const reason = failed?.rolloutStateReason ? ` (${failed.rolloutStateReason})` : "";
    return {
      name: `${name} rollout`,
      verdict: "fail",
      detail: `ECS runs ${running}, not ${definition}: it rolled back${reason}, or the service was changed outside of Pulumi`,
      fix: `read the service's log group, remove the cause, then \`pulumi refresh\` and \`pulumi up\` in application/. ${lastEvents(service)}`.trim(),
    };
  }
  // Without a release to go back to, ECS gives up. The next deployment starts the service again.
  const next =
    primary?.rolloutState === "FAILED"
      ? "read the service's log group, remove the cause, then `make deploy`, or `pulumi up` in application/"
      : "wait until ECS has finished, then `make verify`";
  return checkResult(
    `${name} rollout`,
    primary?.rolloutState === "COMPLETED",
    [`${definition} ${primary?.rolloutState ?? "state unknown"}`, primary?.rolloutStateReason]
      .filter(Boolean)
      .join(": "),
    `${next}. ${lastEvents(service)}`.trim(),
  );
}

/** The deployment that ECS is rolling out, or has rolled out. */
export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find(({ status }) => status === "PRIMARY");
}

function runningDefinition(service: Service): string | undefined {
  return primaryOf(service)?.taskDefinition ?? service.taskDefinition;
}

/** A task definition has the image that was deployed. */
export function checkImage(name: string, taskDefinition: TaskDefinition, wanted: string): CheckResult {
  const images = (taskDefinition.containerDefinitions ?? []).map((container) => container.image ?? "");
  return checkResult(
    name,
    images.includes(wanted),
    images.join(", ") || "no containers",
    `it must be ${wanted}: \`pulumi refresh\` and \`pulumi up\` in application/`,
  );
}

/** `family:revision`. */
export function shortName(taskDefinitionArn: string | undefined): string {
  return taskDefinitionArn?.split("/").at(-1) ?? "nothing";
}

function lastEvents({ events }: Service): string {
  const messages = (events ?? []).slice(0, 3).map((event) => event.message);
  return messages.length > 0 ? `Last events of ECS: ${messages.join(" | ")}` : "";
}

/** A service with the release that it runs, which need not be the one that was deployed. */
export function serviceRow(what: string, { service, taskDefinition }: DescribedService): StatusRow {
  const { runningCount = 0, desiredCount = 0 } = service;
  const primary = primaryOf(service);
  const isFull = service.status === "ACTIVE" && runningCount >= Math.max(desiredCount, 1);
  const images = (taskDefinition.containerDefinitions ?? []).map(({ image = "" }) => tagOf(image) ?? image);
  return {
    what,
    where: shortName(taskDefinition.taskDefinitionArn),
    version: [...new Set(images)].join(", "),
    state: [
      `${runningCount}/${desiredCount} running`,
      primary?.rolloutState ?? service.status,
      primary?.updatedAt && `since ${primary.updatedAt.toISOString().slice(0, 16)}Z`,
    ]
      .filter(Boolean)
      .join(", "),
    healthy: isFull && primary?.rolloutState !== "FAILED",
  };
}
