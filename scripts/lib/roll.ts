import { ECS } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";
import { verify } from "../verify";
import { lookAtService } from "./checks/services";
import type { Environment } from "./environment";
import { failedTasks } from "./failed-tasks";
import { sameImage, type References } from "./images";
import { pulumi } from "./pulumi";

type Serving = Record<"api" | "console", string>;

/** Deploys the application layer as it is configured, and verifies the installation. Returns the exit code. */
export async function roll(environment: Environment): Promise<number> {
  const consent = ["--yes", "--skip-preview", "--non-interactive"];
  const up = ["up", "--stack", environment.name, ...consent];
  const { code } = await pulumi("application", up, { show: true });
  return code === 0 ? verify(environment) : code;
}

/** The images that the services run, whatever was asked for. */
export async function serving(application: ApplicationOutputs): Promise<Serving> {
  const { api, console, clusterName, installation } = application;
  const ecs = new ECS({ region: installation.region });
  const imageOf = async ({ serviceName }: { serviceName: string }): Promise<string> => {
    const { taskDefinition } = await lookAtService(ecs, clusterName, serviceName);
    const containers = taskDefinition.containerDefinitions ?? [];
    return containers.find(({ portMappings }) => portMappings?.length)?.image ?? "nothing";
  };
  return { api: await imageOf(api), console: await imageOf(console) };
}

/** Where a roll-out that failed has left the services: what they run, and what the tasks that should have died of. */
export async function whereItStands(application: ApplicationOutputs, { api, console }: Serving): Promise<string> {
  return [`Serving: API ${api}, console ${console}.`, ...(await failedTasks(application))].join("\n");
}

/** Whether the services run the images of a release. */
export function serves(found: Serving, images: References): boolean {
  return sameImage(found.api, images.api) && sameImage(found.console, images.console);
}
