import type { ApplicationOutputs } from "@selfhosted/common";
import { tagOf } from "../../application/operations";
import type { StackState } from "../pulumi/stacks";
import type { ServiceLocation } from "./running-versions";

/** What Pulumi believes of the application layer. */
export interface State {
  /** The last migration that succeeded; undefined before the first one. */
  migrated?: { image: string; taskArn: string };
  /** The task definition of each ECS service, by the service's name. */
  taskDefinitions: Record<string, string>;
  /** The services, also those whose first deployment failed: the layer has no outputs then. */
  services: ServiceInState[];
}

/** A service, and the image that its task definition asks for. */
export interface ServiceInState extends ServiceLocation {
  image: string;
}

interface Resource {
  type: string;
  /** Of a service its ARN, also where its first deployment failed; one that was imported may have another id, and its ARN among its outputs. */
  id?: string;
  outputs?: {
    arn?: string;
    cluster?: string;
    containerDefinitions?: unknown;
    name?: string;
    taskArn?: string;
    taskDefinition?: string;
    triggers?: { image?: string };
  };
}

interface Container {
  name: string;
  image: string;
  logConfiguration?: { options?: Record<string, string> };
}

/** The image that the database was migrated with, the release of that image, and the task that ran it. */
export function migratedWith(
  { migrated }: State,
  application: ApplicationOutputs,
): { image: string; release: string; taskArn: string } {
  const { image, taskArn } = migrated ?? { image: application.migration.image, taskArn: "" };
  return { image, release: tagOf(image) ?? application.imageTag, taskArn };
}

/**
 * Of the application layer's stack, which says more than its outputs: an update that fails leaves those as they were. Before the first
 * deployment it is empty.
 */
export function stateOf(stack: Pick<StackState, "resources">): State {
  const resources = stack.resources as Resource[];
  const [migration] = resources.flatMap(({ type, outputs }) =>
    type === "pulumi-nodejs:dynamic:Resource" && outputs?.triggers?.image && outputs.taskArn
      ? [{ image: outputs.triggers.image, taskArn: outputs.taskArn }]
      : [],
  );
  const services = resources.flatMap(({ type, id, outputs }) =>
    type === "aws:ecs/service:Service" && id && outputs?.name
      ? [{ ...outputs, name: outputs.name, region: (outputs.arn ?? id).split(":")[3] ?? "" }]
      : [],
  );
  return {
    migrated: migration,
    taskDefinitions: Object.fromEntries(services.map(({ name, taskDefinition = "" }) => [name, taskDefinition])),
    services: services.flatMap(({ name: serviceName, region, cluster = "", taskDefinition }) =>
      containersOf(resources, taskDefinition).flatMap(({ name, image, logConfiguration }) =>
        name === "api" || name === "console" || name === "jobs"
          ? [{ name, serviceName, region, cluster, image, logGroup: logGroupOf(logConfiguration) }]
          : [],
      ),
    ),
  };
}

function logGroupOf(logConfiguration: Container["logConfiguration"]): string {
  return logConfiguration?.options?.["awslogs-group"] ?? "";
}

function containersOf(resources: Resource[], taskDefinition: string | undefined): Container[] {
  const definition = resources.find(
    ({ type, outputs }) => type === "aws:ecs/taskDefinition:TaskDefinition" && outputs?.arn === taskDefinition,
  )?.outputs?.containerDefinitions;
  return typeof definition === "string" ? (JSON.parse(definition) as Container[]) : [];
}
