import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { ECS, type Task } from "@aws-sdk/client-ecs";
import type { MigrationCalls, MigrationInputs, MigrationTask } from "./runner";
import { describeTasks, logStreamName, migrationTasks } from "./tasks";

const tailLines = 25;

/** CloudWatch shows the last lines a few seconds after the container has ended. */
const tailAttempts = 5;

/** The calls of a migration, made to AWS with the credentials of the program's caller. */
export function awsCalls(inputs: MigrationInputs): MigrationCalls {
  const { region, cluster, container } = inputs;
  const ecs = new ECS({ region });
  const logs = new CloudWatchLogs({ region });

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

  return {
    runs: async () => (await migrationTasks(ecs, cluster, inputs.family)).map(toRun),
    start: async (startedBy, clientToken) => {
      const { tasks, failures } = await ecs.runTask({
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
      });
      const [task] = tasks ?? [];
      if (task === undefined) {
        const reasons = (failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
        throw new Error(`ECS didn't start the migration: ${reasons.join("; ") || "it gave no reason"}.`);
      }
      return toRun(task);
    },
    run: async (arn) => (await describeTasks(ecs, cluster, [arn])).map(toRun)[0],
    logTail: async (taskArn) => {
      const stream = { logGroupName: inputs.logGroup, logStreamName: logStreamName(container, taskArn) };
      for (let attempt = 1; attempt <= tailAttempts; attempt++) {
        try {
          const { events = [] } = await logs.getLogEvents({ ...stream, limit: tailLines });
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
