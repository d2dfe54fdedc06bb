import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type DesiredStatus,
  type Task,
} from "@aws-sdk/client-ecs";
import type { MigrationCalls, MigrationInputs, MigrationTask } from "./runner";

const tailLines = 25;

/** CloudWatch shows the last lines a few seconds after the container has ended. */
const tailAttempts = 5;

/** The calls of a migration, made to AWS with the credentials of whoever runs the program. */
export function awsCalls(inputs: MigrationInputs): MigrationCalls {
  const { region, cluster, family, container } = inputs;
  const ecs = new ECSClient({ region });
  const logs = new CloudWatchLogsClient({ region });

  const toRun = (task: Task): MigrationTask => {
    const ended = task.containers?.find(({ name }) => name === container);
    return {
      arn: task.taskArn ?? "",
      startedBy: task.startedBy ?? "",
      status: task.lastStatus ?? "",
      exitCode: task.lastStatus === "STOPPED" ? ended?.exitCode : undefined,
      reason: [task.stoppedReason, ended?.reason].filter(Boolean).join("; "),
    };
  };
  const describe = async (tasks: string[]): Promise<MigrationTask[]> =>
    tasks.length === 0 ? [] : ((await ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []).map(toRun);
  const list = async (desiredStatus: DesiredStatus): Promise<string[]> =>
    (await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus }))).taskArns ?? [];

  return {
    // A task that was told to stop is listed as stopped, though it may go on for two minutes.
    runs: async () => describe([...(await list("RUNNING")), ...(await list("STOPPED"))]),
    start: async (startedBy, clientToken) => {
      const { tasks, failures } = await ecs.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: inputs.taskDefinitionArn,
          launchType: "FARGATE",
          platformVersion: "LATEST",
          count: 1,
          startedBy,
          clientToken,
          enableECSManagedTags: true,
          propagateTags: "TASK_DEFINITION",
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: inputs.subnetIds,
              securityGroups: [inputs.securityGroupId],
              assignPublicIp: "DISABLED",
            },
          },
        }),
      );
      const [task] = tasks ?? [];
      if (task === undefined) {
        const reasons = (failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
        throw new Error(`ECS didn't start the migration: ${reasons.join("; ") || "it gave no reason"}.`);
      }
      return toRun(task);
    },
    run: async (arn) => (await describe([arn]))[0],
    logTail: async (taskId) => {
      const stream = { logGroupName: inputs.logGroup, logStreamName: `${container}/${container}/${taskId}` };
      for (let attempt = 1; attempt <= tailAttempts; attempt++) {
        try {
          const { events = [] } = await logs.send(new GetLogEventsCommand({ ...stream, limit: tailLines }));
          if (events.length > 0) {
            return events.map(({ message }) => (message ?? "").trimEnd());
          }
        } catch (error) {
          if (!(error instanceof Error && error.name === "ResourceNotFoundException")) {
            throw error;
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      return [];
    },
  };
}
