import type { ApplicationOutputs } from "@selfhosted/common";
import type { Environment } from "../environment";
import { mustPulumi, pulumi } from "../pulumi";
import { explain } from "../report";
import { verify } from "../verify";
import { failedTasks } from "./failed-tasks";
import type { References } from "./images";
import { describeServed, lookAtServed, served, serves, type Served } from "./served";
import type { State } from "./state";

/** How a change of release ended. */
export interface Verdict {
  /** Exit code; 0 when the release serves, and all checks of the installation hold. */
  code: number;
  /** Where it stands, for who has to go on from there: what serves, and what the tasks that should have died of. */
  standing: string;
  /** Whether every service runs the release, whatever else may be wrong. */
  serving: boolean;
}

const consent = ["--yes", "--skip-preview", "--non-interactive"];

/** Deploys the application layer as it is configured, verifies the installation, and looks at what came of it. */
export async function roll(
  environment: Environment,
  application: ApplicationOutputs,
  images: References,
): Promise<Verdict> {
  const up = await pulumi("application", ["up", "--stack", environment.name, ...consent], { show: true });
  try {
    const code = up.code === 0 ? await verify(environment) : up.code;
    if (code === 0) {
      return { code, standing: "", serving: true };
    }
    const found = await lookAtServed(application);
    const failed = found.filter((service) => !serves(service, images));
    const standing = await describe(application.installation.region, found, failed, images);
    return { code, standing, serving: failed.length === 0 };
  } catch (error) {
    return { code: up.code || 1, standing: `What serves could not be read: ${explain(error)}`, serving: false };
  }
}

/**
 * Why services don't run what they should after a deployment that failed, as Pulumi's state has it: the layer's outputs are those
 * of the deployment before, or none.
 *
 * @returns an empty text where they do, or there are none.
 */
export async function explainServices({ taskDefinitions, services }: State): Promise<string> {
  const region = services[0]?.cluster.split(":")[3] ?? "";
  const found = await served(services, region);
  const failed = found.filter(
    ({ serviceName, taskDefinition, versions }) =>
      taskDefinition !== taskDefinitions[serviceName] ||
      versions.some(({ rollout }) => !rollout.startsWith("COMPLETED")),
  );
  const image = (container: string): string => services.find(({ name }) => name === container)?.image ?? "";
  const images = { api: image("api"), console: image("console"), migration: "" };
  return failed.length === 0 ? "" : describe(region, found, failed, images);
}

async function describe(region: string, found: Served[], failed: Served[], images: References): Promise<string> {
  return [...describeServed(found, failed), ...(await failedTasks(region, failed, images))].join("\n");
}

/**
 * Lets Pulumi's state learn what ECS has gone back to. After a roll-out that failed it names the version that was wanted, so that
 * the next update would see nothing to do (https://github.com/pulumi/pulumi/issues/21458).
 */
export async function learnRollbacks(env: string, { taskDefinitions }: State, found: Served[]): Promise<void> {
  const stale = found.filter(({ serviceName, taskDefinition }) => taskDefinitions[serviceName] !== taskDefinition);
  if (stale.length > 0) {
    console.log(`reading what ECS went back to: ${stale.map(({ name }) => name).join(", ")} …`);
    await mustPulumi("application", ["refresh", "--stack", env, ...consent]);
  }
}
