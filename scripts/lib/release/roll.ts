import type { ApplicationOutputs } from "@selfhosted/common";
import type { Environment } from "../environment";
import { mustPulumi, pulumi } from "../pulumi";
import { explain } from "../report";
import { verify } from "../verify";
import { failedTasks } from "./failed-tasks";
import type { References } from "./images";
import { describeServed, imageFor, lookAtServed, served, serves, type Served } from "./served";
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
    const standing = await describe(found, failed, ({ name }) => imageFor(name, images));
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
  const found = await served(services);
  const failed = found.filter(
    ({ serviceName, taskDefinition, versions }) =>
      taskDefinition !== taskDefinitions[serviceName] ||
      versions.some(({ rollout }) => !rollout.startsWith("COMPLETED")),
  );
  const images = new Map(services.map(({ serviceName, image }) => [serviceName, image]));
  return failed.length === 0 ? "" : describe(found, failed, ({ serviceName }) => images.get(serviceName) ?? "");
}

async function describe(found: Served[], failed: Served[], imageOf: (service: Served) => string): Promise<string> {
  return [...describeServed(found, failed), ...(await failedTasks(failed, imageOf))].join("\n");
}

/**
 * Lets Pulumi's state learn what ECS has gone back to. After a roll-out that failed it names the version that was wanted, so that
 * the next update would see nothing to do (https://github.com/pulumi/pulumi/issues/21458).
 */
export async function learnRollbacks(env: string, { taskDefinitions, services }: State): Promise<void> {
  const found = await served(services);
  const stale = found.filter(({ serviceName, taskDefinition }) => taskDefinitions[serviceName] !== taskDefinition);
  if (stale.length > 0) {
    console.log(`reading what ECS went back to: ${stale.map(({ title }) => title).join(", ")} …`);
    await mustPulumi("application", ["refresh", "--stack", env, ...consent]);
  }
}
