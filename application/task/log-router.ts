import type * as pulumi from "@pulumi/pulumi";
import type { ApplicationConfig } from "../config";
import { type Image, pulledImage } from "./images";

/** Where a container's output goes. */
export interface LogConfiguration {
  logDriver: "awslogs" | "awsfirelens";
  options: Record<string, pulumi.Input<string>>;
  secretOptions?: { name: string; valueFrom: pulumi.Input<string> }[];
}

/** Fluent Bit beside the container of a service. */
export interface LogRouter {
  image: Image;
  /** Of the Fluent Bit output. */
  options: Record<string, string>;
  secretOptions: Record<string, pulumi.Output<string>>;
  /** What it may do in AWS. Default: nothing. */
  policyArn?: string;
}

/** Fluent Bit as it is configured; undefined where the logs of services go to CloudWatch. */
export function logRouter(
  config: Pick<ApplicationConfig, "logRouterOptions" | "logRouterSecrets" | "logRouterPolicyArn">,
  image: Image | undefined,
): LogRouter | undefined {
  const { logRouterOptions: options, logRouterSecrets: secretOptions, logRouterPolicyArn: policyArn } = config;
  return image && { image, options, secretOptions, policyArn };
}

/** MiB that Fluent Bit gets of a task's memory. AWS's examples reserve 50; a full buffer needs more. */
export const logRouterMemory = 128;

/** Keys of the router's secret options, kept beside the container's own secrets. */
const prefix = "LOG_ROUTER_";

/** The secret options of the destination, by key in the task's secret. */
export function routerSecrets({ secretOptions }: LogRouter): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(secretOptions).map(([name, value]) => [prefix + name, value]));
}

/** The port of the destination, where the options name one. Fluent Bit takes its keys in any case. */
export function routerPorts({ logRouterOptions }: Pick<ApplicationConfig, "logRouterOptions">): number[] {
  return Object.entries(logRouterOptions)
    .filter(([name]) => name.toLowerCase() === "port")
    .map(([, port]) => Number(port));
}

/** The log of a container that goes through the router. */
export function routedLog({ options }: LogRouter, references: Record<string, pulumi.Output<string>>): LogConfiguration {
  const secretOptions = Object.entries(references)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, valueFrom]) => ({ name: key.slice(prefix.length), valueFrom }));
  return {
    logDriver: "awsfirelens",
    options,
    ...(secretOptions.length > 0 && { secretOptions }),
  };
}

/**
 * The side-car with Fluent Bit, whose own output goes to CloudWatch. Its file system can be written, whatever the others' can: the
 * S3 output buffers in files, too many for its memory, and images that fetch their configuration save it.
 * https://github.com/fluent/fluent-bit/issues/7308, https://github.com/aws/aws-for-fluent-bit/issues/928
 */
export function logRouterContainer(image: Image, log: LogConfiguration): Record<string, unknown> {
  return {
    name: "log-router",
    ...pulledImage(image),
    memory: logRouterMemory,
    // Without it, logs are lost: the task is replaced.
    essential: true,
    // The socket that the other containers write to belongs to root.
    // https://github.com/aws/containers-roadmap/issues/2122
    user: "0",
    environment: [],
    logConfiguration: log,
    firelensConfiguration: { type: "fluentbit" },
  };
}
