import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Outcome, parseJson } from "@selfhosted/common/testing";

/** As ECS spells it; the provider's type lacks file systems in memory. */
type ContainerDefinition = pulumi.Unwrap<aws.ecs.ContainerDefinition> & {
  linuxParameters?: { tmpfs?: { containerPath: string; size: number; mountOptions: string[] }[] };
};

/** A task of the layer. */
export type Task = "api" | "api-jobs" | "console" | "migration";

/** Inputs of a task definition. */
export function taskDefinition({ the }: Outcome, task: Task): pulumi.Unwrap<aws.ecs.TaskDefinitionArgs> {
  return the(aws.ecs.TaskDefinition, `test-${task}-definition`).inputs;
}

/** The containers of a task. */
export function containers(outcome: Outcome, task: Task): ContainerDefinition[] {
  return parseJson(taskDefinition(outcome, task).containerDefinitions);
}

/** The first container of a task. */
export function container(outcome: Outcome, task: Task): ContainerDefinition {
  const [first] = containers(outcome, task);
  if (first === undefined) {
    throw new Error(`the task ${task} has no container`);
  }
  return first;
}

/** The plain variables of a task's first container. */
export function variables(outcome: Outcome, task: Task): Record<string, string> {
  const { environment = [] } = container(outcome, task);
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

/** The references to secrets of a task's first container. */
export function secretVariables(outcome: Outcome, task: Task): Record<string, string> {
  const { secrets = [] } = container(outcome, task);
  return Object.fromEntries(secrets.map(({ name, valueFrom }) => [name, valueFrom]));
}

/** The secret values that the layer stores for a task, by variable. */
export function storedSecrets({ the }: Outcome, task: Task): Record<string, string> {
  return parseJson(the(aws.secretsmanager.SecretVersion, `test-${task}-secrets-version`).inputs.secretString);
}
