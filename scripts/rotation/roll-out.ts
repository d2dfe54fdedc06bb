import { setTimeout as sleep } from "node:timers/promises";
import { type ApplicationOutputs, type AwsClients, awsClients } from "@selfhosted/common";
import { migrationTasks as tasksOfFamily } from "../../application/operations";
import { describeService, servicesOf, shortName } from "../aws/services";
import type { Environment } from "../environment";
import { installationOf } from "../layers";
import { up } from "../pulumi/cli";
import { readStates } from "../pulumi/stacks";
import { explainFailure } from "../release/roll";
import { explain } from "../report";
import { verify } from "../verify";
import { saying } from "../waiting";

/** How the services came to their new values. */
export type RolledOut = "all" | "not verified" | "failed";

/**
 * Deploys the application layer, verifies the installation, and waits until no task is left that began with former values: one that is
 * being stopped ends its requests first, for which it may need the database.
 */
export async function rollOut(environment: Environment): Promise<RolledOut> {
  const { name } = environment;
  if ((await up("application", name)) !== 0) {
    console.error(await explainFailure(name));
    return "failed";
  }
  try {
    const states = await readStates(name);
    if ((await verify(environment, states)) !== 0) {
      return "not verified";
    }
    const { application } = installationOf(states, name);
    const ended = formerTasksEnd(awsClients({ region: application.installation.region }).ecs, application);
    return (await saying("waiting for the former tasks to end", ended)) ? "all" : "not verified";
  } catch (error) {
    // The services have their new values all the same: what is next depends on that.
    console.error(explain(error, "whether the former tasks have ended"));
    return "not verified";
  }
}

/** Fargate gives a task two minutes to stop; the load balancer drains it before. */
const patienceMs = 15 * 60_000;

/** @returns false where some task doesn't end. */
async function formerTasksEnd(
  ecs: AwsClients["ecs"],
  application: ApplicationOutputs,
  until = Date.now() + patienceMs,
): Promise<boolean> {
  const former = await formerTasks(ecs, application);
  if (former.length === 0 || Date.now() > until) {
    former.forEach((task) => console.error(`still running, with former values: ${task}`));
    return former.length === 0;
  }
  await sleep(5_000);
  return formerTasksEnd(ecs, application, until);
}

/** ARNs of the services' tasks that haven't ended, and are of another task definition than the one that was deployed. */
export async function formerTasks(ecs: AwsClients["ecs"], application: ApplicationOutputs): Promise<string[]> {
  const found = await Promise.all(
    servicesOf(application).map(async ({ outputs: { taskDefinitionArn } }) => {
      const [family = ""] = shortName(taskDefinitionArn).split(":");
      const tasks = await tasksOfFamily(ecs, application.clusterName, family);
      return tasks.filter((task) => task.lastStatus !== "STOPPED" && task.taskDefinitionArn !== taskDefinitionArn);
    }),
  );
  return found.flat().flatMap(({ taskArn }) => taskArn ?? []);
}

/** The task definitions that the services run. */
export function definitionsOf(application: ApplicationOutputs) {
  const { ecs } = awsClients({ region: application.installation.region });
  return Promise.all(
    servicesOf(application).map(async ({ outputs: { serviceName } }) => {
      return (await describeService(ecs, application.clusterName, serviceName)).taskDefinition;
    }),
  );
}
