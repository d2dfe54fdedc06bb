import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, type Context, physicalName, type TaskOutputs } from "@selfhosted/common";
import { EncryptedLogGroup } from "@selfhosted/common/components";
import type { Environment } from "../environment/variables";
import { ExecutionRole } from "./execution-role";
import type { TaskSize } from "./fargate-sizes";
import { type Image, pulledImage } from "./images";
import {
  type LogConfiguration,
  type LogRouter,
  logRouterContainer,
  logRouterMemory,
  routedLog,
  routerSecrets,
} from "./log-router";
import { Secrets } from "./secrets";

/**
 * A service has to answer even where its log can't be written. Set for every container, because an account may have another default:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
 */
const logModes = {
  blocking: { mode: "blocking" },
  "non-blocking": { mode: "non-blocking", "max-buffer-size": "25m" },
} as const;

/**
 * The container's /tmp where its root file system can't be written. A volume won't do: on Fargate only root can write to it
 * (https://github.com/aws/containers-roadmap/issues/938), and the images run as other users. What is written here takes up the
 * container's memory, of which the smallest has 384 MiB.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html; on Fargate since January 2026
 * (https://github.com/aws/containers-roadmap/issues/736).
 */
const scratch = { containerPath: "/tmp", size: 64, mountOptions: ["rw", "nosuid", "nodev", "mode=1777"] };

/** Seconds between SIGTERM and SIGKILL: Fargate's maximum, which the product wants for open requests. */
const stopTimeout = 120;

export interface TaskArgs {
  context: Context;
  /** Name of the container, and of its streams in the log group. */
  container: string;
  image: Image;
  size: TaskSize;
  cpuArchitecture: "X86_64" | "ARM64";
  /** At which the container listens. Default: nobody calls it. */
  port?: number;
  environment: Environment;
  /** `user` or `user:group`. Default: the image's own. */
  user?: string;
  readOnlyRootFilesystem: boolean;
  /** Lets ECS Exec reap the processes that it starts. Default: false. */
  initProcess?: boolean;
  /** Limits of open files. Default: Fargate's, 65535. */
  openFiles?: { soft: number; hard: number };
  /** KMS key of log and secrets. */
  keyArn: pulumi.Input<string>;
  /** KMS key of a secret of the customer's in the environment. Default: there is none, or it has one of the other keys. */
  secretKeyArn?: string;
  logRetentionDays: number;
  /** Whether the container waits until its lines are written, or drops what a full buffer can't hold. Default: non-blocking. */
  logMode?: keyof typeof logModes;
  /** Takes the container's log instead of CloudWatch. */
  logRouter?: LogRouter;
  /** What the code in the container may do in AWS. Default: nothing. */
  taskRoleArn?: pulumi.Input<string>;
  /** Must have succeeded before a new definition is registered. Default: nothing. */
  dependsOn?: pulumi.Resource[];
}

/** One kind of task, with all that ECS needs to start it: log group, secrets, execution role, task definition. */
export class Task extends Component {
  readonly definition: aws.ecs.TaskDefinition;
  readonly logGroup: EncryptedLogGroup;
  /** What must be there before a task starts. */
  readonly dependencies: pulumi.Resource[];
  readonly outputs: { [K in keyof TaskOutputs]: pulumi.Input<TaskOutputs[K]> };

  constructor(name: string, args: TaskArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Task", name, opts);
    const { context, image, size, environment, keyArn, logRouter } = args;
    const parent = { parent: this };
    const pulled = [image, ...(logRouter ? [logRouter.image] : [])];

    this.logGroup = new EncryptedLogGroup(`${name}-logs`, { retentionDays: args.logRetentionDays, keyArn }, parent);
    const { arns, references } = new Secrets(
      `${name}-secrets`,
      { values: { ...environment.secret, ...(logRouter && routerSecrets(logRouter)) }, keyArn },
      parent,
    );
    const role = new ExecutionRole(
      `${name}-execution`,
      {
        context,
        repositoryArns: distinct(pulled.map(({ repositoryArn }) => repositoryArn)),
        cachedRepositoryArns: distinct(pulled.map((each) => (each.pullThrough ? each.repositoryArn : undefined))),
        logGroupArn: this.logGroup.arn,
        secretArns: [...arns, ...distinct(pulled.map(({ credentialsArn }) => credentialsArn))],
        keyArn,
        secretKeyArn: args.secretKeyArn,
      },
      parent,
    );

    const toCloudWatch = (streamPrefix: string): LogConfiguration => ({
      logDriver: "awslogs",
      options: {
        "awslogs-group": this.logGroup.name,
        "awslogs-region": context.location.region,
        "awslogs-stream-prefix": streamPrefix,
        ...logModes[args.logMode ?? "non-blocking"],
      },
    });
    const log = logRouter ? routedLog(logRouter, references) : toCloudWatch(args.container);

    this.definition = new aws.ecs.TaskDefinition(
      `${name}-definition`,
      {
        family: physicalName("ecs", name),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(size.cpu),
        memory: String(size.memory),
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: args.cpuArchitecture },
        executionRoleArn: role.role.arn,
        taskRoleArn: args.taskRoleArn,
        containerDefinitions: pulumi.jsonStringify([
          containerDefinition(args, references, log),
          ...(logRouter ? [logRouterContainer(logRouter.image, toCloudWatch("log-router"))] : []),
        ]),
      },
      // A migration that fails leaves the definitions of the services as they are.
      { ...parent, dependsOn: args.dependsOn },
    );
    this.dependencies = [role.policy];
    this.outputs = { taskDefinitionArn: this.definition.arn, image: image.uri, logGroup: this.logGroup.name };
    this.registerOutputs({ definitionArn: this.definition.arn, logGroup: this.logGroup.name });
  }
}

/** The container as ECS spells it. What isn't set is left out, so that nothing shows as changed later. */
function containerDefinition(
  {
    container,
    image,
    size,
    port,
    environment,
    user,
    openFiles,
    readOnlyRootFilesystem,
    initProcess,
    logRouter,
  }: TaskArgs,
  secrets: Record<string, pulumi.Input<string>>,
  logConfiguration: LogConfiguration,
): Record<string, unknown> {
  const linuxParameters = {
    ...(initProcess && { initProcessEnabled: true }),
    ...(readOnlyRootFilesystem && { tmpfs: [scratch] }),
  };
  return {
    name: container,
    ...pulledImage(image),
    // The container is killed above it.
    memory: size.memory - (logRouter ? logRouterMemory : 0),
    essential: true,
    environment: sorted(environment.plain).map(([name, value]) => ({ name, value })),
    secrets: sorted(secrets)
      .filter(([name]) => name in environment.secret)
      .map(([name, valueFrom]) => ({ name, valueFrom })),
    logConfiguration,
    stopTimeout,
    ...(port && { portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }] }),
    ...(user && { user }),
    ...(readOnlyRootFilesystem && { readonlyRootFilesystem: true }),
    ...(Object.keys(linuxParameters).length > 0 && { linuxParameters }),
    ...(openFiles && { ulimits: [{ name: "nofile", softLimit: openFiles.soft, hardLimit: openFiles.hard }] }),
  };
}

function distinct(arns: (string | undefined)[]): string[] {
  return [...new Set(arns.filter((arn) => arn !== undefined))];
}

function sorted<T>(record: Record<string, T>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
