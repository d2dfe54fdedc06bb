import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "./images";

/** Where a container's output goes. */
export interface LogConfiguration {
  logDriver: "awslogs" | "awsfirelens";
  options: Record<string, pulumi.Input<string>>;
  secretOptions?: { name: string; valueFrom: pulumi.Input<string> }[];
}

export interface ContainerArgs {
  name: string;
  image: Image;
  /** MiB; the container is killed above it. */
  memory: number;
  /** At which it listens. Default: nobody calls it. */
  port?: number;
  environment: Record<string, string>;
  /** References into Secrets Manager, by variable. */
  secrets: Record<string, pulumi.Input<string>>;
  log: LogConfiguration;
  /** `user` or `user:group`. Default: the image's own. */
  user?: string;
  readOnlyRootFilesystem: boolean;
  /** Lets ECS Exec reap the processes that it starts. Default: false. */
  initProcess?: boolean;
  /** Limits of open files. Default: Fargate's, 65535. */
  openFiles?: { soft: number; hard: number };
}

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

/** A container definition as ECS spells it. What isn't set is left out, so that nothing shows as changed later. */
export function containerDefinition(args: ContainerArgs): Record<string, unknown> {
  const { name, image, memory, port, log, user, openFiles, readOnlyRootFilesystem, initProcess } = args;
  const linuxParameters = {
    ...(initProcess && { initProcessEnabled: true }),
    ...(readOnlyRootFilesystem && { tmpfs: [scratch] }),
  };
  return {
    name,
    ...pulledImage(image),
    memory,
    essential: true,
    environment: sorted(args.environment).map(([key, value]) => ({ name: key, value })),
    secrets: sorted(args.secrets).map(([key, valueFrom]) => ({ name: key, valueFrom })),
    logConfiguration: log,
    stopTimeout,
    ...(port && { portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }] }),
    ...(user && { user }),
    ...(readOnlyRootFilesystem && { readonlyRootFilesystem: true }),
    ...(Object.keys(linuxParameters).length > 0 && { linuxParameters }),
    ...(openFiles && { ulimits: [{ name: "nofile", softLimit: openFiles.soft, hardLimit: openFiles.hard }] }),
  };
}

/** An image, and how ECS signs in to its registry: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html */
export function pulledImage({ uri, credentialsArn }: Image): Record<string, unknown> {
  return { image: uri, ...(credentialsArn && { repositoryCredentials: { credentialsParameter: credentialsArn } }) };
}

function sorted<T>(record: Record<string, T>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
