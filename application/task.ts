import { Component, physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { containerDefinition, type ContainerArgs, type LogConfiguration } from "./container";
import type { Environment } from "./environment/variables";
import { ExecutionRole } from "./execution-role";
import type { TaskSize } from "./fargate-sizes";
import type { Image } from "./images";
import { logRouterContainer, logRouterMemory, routedLog, routerSecrets } from "./log-router";
import { logGroup } from "./logs";
import type { Platform } from "./platform";
import { Secrets } from "./secrets";

export interface TaskArgs extends Pick<ContainerArgs, "port" | "user" | "openFiles"> {
  platform: Platform;
  /** Name of the container, and of its streams in the log group. */
  container: string;
  image: Image;
  size: TaskSize;
  environment: Environment;
  /** What the code in the container may do in AWS. Default: nothing. */
  taskRoleArn?: pulumi.Input<string>;
  /** Logs go to CloudWatch even where a log router is configured, and no shell can be opened. */
  oneShot?: boolean;
  /** Must have succeeded before a new definition is registered. Default: nothing. */
  after?: pulumi.Resource[];
}

/**
 * Whether a container waits until its lines are taken, or drops what a full buffer can't hold. Said for every container, because
 * an account may have another default: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
 */
const logModes = {
  complete: { mode: "blocking" },
  unhindered: { mode: "non-blocking", "max-buffer-size": "25m" },
} as const;

/** One kind of task, with all that ECS needs to start it: log group, secrets, execution role, task definition. */
export class Task extends Component {
  readonly definition: aws.ecs.TaskDefinition;
  /** Reference of the image that its container pulls. */
  readonly image: string;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** What must be there before a task starts. */
  readonly prerequisites: pulumi.Resource[];

  constructor(name: string, args: TaskArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Task", name, opts);
    const { config, images, upstream } = args.platform;
    const { installation, dataKeyArn } = upstream;
    const parent = { parent: this };
    const logRouter = args.oneShot ? undefined : images.logRouter;
    const pulled = [args.image, ...(logRouter ? [logRouter] : [])];
    this.image = args.image.uri;

    this.logGroup = logGroup(`${name}-logs`, { logRetentionDays: Number(config.logRetentionDays), dataKeyArn }, parent);

    const { arns, references } = new Secrets(
      `${name}-secrets`,
      { values: { ...args.environment.secret, ...(logRouter && routerSecrets(config)) }, dataKeyArn },
      parent,
    );
    const role = new ExecutionRole(
      `${name}-execution`,
      {
        installation,
        repositoryArns: distinct(pulled.map(({ repositoryArn }) => repositoryArn)),
        cachedRepositoryArns: distinct(pulled.map((image) => (image.pullThrough ? image.repositoryArn : undefined))),
        logGroupArn: this.logGroup.arn,
        secretArns: [...arns, ...distinct(pulled.map(({ credentialsArn }) => credentialsArn))],
        dataKeyArn,
      },
      parent,
    );

    const toCloudWatch = (streamPrefix: string): LogConfiguration => ({
      logDriver: "awslogs",
      options: {
        "awslogs-group": this.logGroup.name,
        "awslogs-region": installation.region,
        "awslogs-stream-prefix": streamPrefix,
        // What a migration did is read from its log, to its last line. A service has to answer even where its log can't be written.
        ...(args.oneShot ? logModes.complete : logModes.unhindered),
      },
    });
    const container = containerDefinition({
      ...args,
      name: args.container,
      image: args.image,
      memory: args.size.memory - (logRouter ? logRouterMemory : 0),
      environment: args.environment.plain,
      secrets: only(Object.keys(args.environment.secret), references),
      log: logRouter ? routedLog(config, references) : toCloudWatch(args.container),
      readOnlyRootFilesystem: config.readOnlyRootFilesystem,
      initProcess: config.execEnabled && !args.oneShot,
    });

    this.definition = new aws.ecs.TaskDefinition(
      `${name}-definition`,
      {
        family: physicalName("ecs", name),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(args.size.cpu),
        memory: String(args.size.memory),
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: config.cpuArchitecture },
        executionRoleArn: role.role.arn,
        taskRoleArn: args.taskRoleArn,
        containerDefinitions: pulumi.jsonStringify([
          container,
          ...(logRouter ? [logRouterContainer(logRouter, toCloudWatch("log-router"))] : []),
        ]),
      },
      // A migration that fails leaves the definitions of the services as they are.
      { ...parent, dependsOn: args.after },
    );
    this.prerequisites = [role.policy];
    this.registerOutputs({ definitionArn: this.definition.arn, logGroup: this.logGroup.name });
  }
}

function distinct(arns: (string | undefined)[]): string[] {
  return [...new Set(arns.filter((arn) => arn !== undefined))];
}

function only<T>(keys: string[], record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)));
}
