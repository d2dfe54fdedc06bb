import type {
  Deployment,
  DescribeServicesResponse,
  DescribeTasksResponse,
  ListTasksRequest,
  Service,
  Task,
} from "@aws-sdk/client-ecs";
import { answer, type Fault, rewrite, rewriteJson } from "./proxy";

/** Tasks that stop with this exit code; `reason` is what ECS says of the container, such as `OutOfMemoryError`. */
export function failingTasks(exitCode: number, reason?: string): Fault {
  const failed = (task: Task): Task => ({
    ...task,
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: task.containers?.map((container) => ({ ...container, lastStatus: "STOPPED", exitCode, reason })),
  });
  return describeTasks((task) => (task.lastStatus === "STOPPED" ? failed(task) : task));
}

/** Tasks that are still running for the next `times` looks at them. */
export function slowTasks(times: number): Fault {
  const running = (task: Task): Task => ({
    ...task,
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    containers: task.containers?.map((container) => ({ ...container, exitCode: undefined, lastStatus: "RUNNING" })),
  });
  return { ...describeTasks(running), times };
}

/** Targets of every target group fail their health check. */
export function unhealthyTargets(): Fault {
  const reason = "<Reason>Target.FailedHealthChecks</Reason><Description>Health checks failed</Description>";
  return {
    service: "elasticloadbalancing",
    action: "DescribeTargetHealth",
    play: rewrite((body) => body.replaceAll("<State>healthy</State>", `<State>unhealthy</State>${reason}`)),
  };
}

/** What every log stream says. */
export function logLines(...lines: string[]): Fault {
  const events = lines.map((message, index) => ({ message, timestamp: index, ingestionTime: index }));
  return { service: "logs", action: "GetLogEvents", play: () => answer({ events }) };
}

/**
 * The next roll-out of that ECS service fails: its tasks stop with exit code 1, and after two looks at it the circuit breaker has
 * put the task definition from before back.
 *
 * @param image what the tasks that stop are seen to run.
 */
export function rolledBack(serviceName: string, image?: string): Fault[] {
  let wanted: string | undefined;
  let looks = 0;

  const ofService = (service: Service) => service.serviceName === serviceName && wanted !== undefined;

  function shown(service: Service): Service {
    if (!ofService(service)) return service;
    looks += 1;
    const [before] = service.deployments ?? [];
    const failing: Deployment = {
      ...before,
      id: "ecs-svc/0000000000000000001",
      taskDefinition: wanted,
      runningCount: 0,
      failedTasks: looks,
    };
    if (looks <= 2) {
      const rolling: Deployment = { ...failing, status: "PRIMARY", rolloutState: "IN_PROGRESS" };
      return { ...service, taskDefinition: wanted, deployments: [rolling, { ...before, status: "ACTIVE" }] };
    }
    const rollingBack = `ECS deployment circuit breaker: rolling back to deploymentId ${before.id}.`;
    const failed = `(service ${serviceName}) (deployment ${failing.id}) deployment failed: tasks failed to start.`;
    return {
      ...service,
      deployments: [
        { ...before, status: "PRIMARY", rolloutState: "COMPLETED", rolloutStateReason: rollingBack },
        {
          ...failing,
          status: "INACTIVE",
          rolloutState: "FAILED",
          rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
        },
      ],
      events: [rollingBack, failed].map((message, index) => ({
        id: String(index),
        message,
        createdAt: before.updatedAt,
      })),
    };
  }

  const stopped = (): Task => ({
    taskArn: `arn:aws:ecs:::task/${serviceName}/0000000000000001`,
    taskDefinitionArn: wanted,
    lastStatus: "STOPPED",
    stoppedReason: "Essential container in task exited",
    containers: [{ name: "api", image, exitCode: 1 }],
  });

  return [
    {
      service: "ecs",
      action: "ListTasks",
      play: (call, forward) => {
        const asked = JSON.parse(call.body) as ListTasksRequest;
        const ofFailed = wanted && asked.serviceName === serviceName && asked.desiredStatus === "STOPPED";
        return ofFailed ? answer({ taskArns: [stopped().taskArn] }) : forward();
      },
    },
    {
      service: "ecs",
      action: "DescribeTasks",
      play: (call, forward) =>
        call.body.includes(String(stopped().taskArn)) ? answer({ tasks: [stopped()] }) : forward(),
    },
    {
      service: "ecs",
      action: "UpdateService",
      async play(call, forward) {
        // The account keeps the old task definition, which is where ECS ends up too.
        const { taskDefinition, ...others } = JSON.parse(call.body) as Record<string, string>;
        if (taskDefinition === undefined || others.service?.split("/").at(-1) !== serviceName) return forward();
        wanted = taskDefinition;
        looks = 0;
        return forward(JSON.stringify(others));
      },
    },
    {
      service: "ecs",
      action: "DescribeServices",
      play: rewriteJson<DescribeServicesResponse>((answer) => ({ ...answer, services: answer.services?.map(shown) })),
    },
  ];
}

/**
 * The next deployment of that ECS service fails, and there is none before to go back to: ECS starts no more tasks for it. The one
 * after that succeeds.
 */
export function givenUp(serviceName: string): Fault[] {
  let deployments = 0;
  const shown = (service: Service): Service => {
    const [primary] = service.deployments ?? [];
    if (service.serviceName !== serviceName || primary === undefined || deployments > 1) return service;
    const rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
    const failed: Deployment = {
      ...primary,
      ...{ runningCount: 0, failedTasks: 3, rolloutState: "FAILED", rolloutStateReason },
    };
    const message = `(service ${serviceName}) (deployment ${primary.id}) deployment failed: tasks failed to start.`;
    const events = [{ id: "0", message, createdAt: primary.updatedAt }];
    return { ...service, runningCount: 0, pendingCount: 0, deployments: [failed], events };
  };
  const counting: Fault["play"] = (call, forward) => {
    const asked = JSON.parse(call.body) as { service?: string; serviceName?: string; desiredCount?: number };
    const name = asked.serviceName ?? asked.service?.split("/").at(-1);
    if (name === serviceName && asked.desiredCount !== 0) deployments += 1;
    return forward();
  };
  return [
    { service: "ecs", action: /^(Create|Update)Service$/, play: counting },
    {
      service: "ecs",
      action: "DescribeServices",
      play: rewriteJson<DescribeServicesResponse>((answer) => ({ ...answer, services: answer.services?.map(shown) })),
    },
  ];
}

function describeTasks(change: (task: Task) => Task): Fault {
  return {
    service: "ecs",
    action: "DescribeTasks",
    play: rewriteJson<DescribeTasksResponse>((answer) => ({ ...answer, tasks: answer.tasks?.map(change) })),
  };
}
