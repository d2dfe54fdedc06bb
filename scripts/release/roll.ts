import type { ApplicationOutputs } from "@selfhosted/common";
import type { References } from "../../application/operations";
import type { Environment } from "../environment";
import { mustPulumi, up, withoutAsking } from "../pulumi/cli";
import { readStackState, type States } from "../pulumi/stacks";
import { explain } from "../report";
import { verify } from "../verify";
import { saying } from "../waiting";
import { failedTasks } from "./failed-tasks";
import { type State, stateOf } from "./pulumi-state";
import {
  describeVersions,
  imageFor,
  type RunningVersions,
  runningVersions,
  runningVersionsOf,
  runsRelease,
} from "./running-versions";

/** How a change of release ended. */
export interface Verdict {
  /** Exit code; 0 when the release runs, and all checks of the installation hold. */
  code: number;
  /** What the services run, and why the tasks failed that should run instead. */
  summary: string;
  /** Whether every service runs the release, whatever else may be wrong. */
  isRunning: boolean;
}

/**
 * Deploys the application layer as it is configured, verifies the installation, and finds out what the services run.
 *
 * @param before what was read of the layers before.
 */
export async function roll(
  environment: Environment,
  before: States,
  application: ApplicationOutputs,
  images: References,
): Promise<Verdict> {
  const { name } = environment;
  const ended = await up("application", name);
  try {
    const code =
      ended === 0
        ? await verify(environment, { ...before, application: await readStackState("application", name) })
        : ended;
    if (code === 0) {
      return { code, summary: "", isRunning: true };
    }
    const found = await runningVersionsOf(application);
    const failed = found.filter((service) => !runsRelease(service, images));
    const summary = await describe(found, failed, ({ name }) => imageFor(name, images));
    return { code, summary, isRunning: failed.length === 0 };
  } catch (error) {
    return { code: ended || 1, summary: explain(error, "what the services run"), isRunning: false };
  }
}

/**
 * Why services don't run what they should after a deployment that failed, as Pulumi's state has it: the layer's outputs are those
 * of the deployment before, or none.
 *
 * @returns an empty text where they do, or there are none.
 */
export async function explainServices({ taskDefinitions, services }: State): Promise<string> {
  const found = await runningVersions(services);
  const failed = found.filter(
    ({ serviceName, taskDefinition, versions }) =>
      taskDefinition !== taskDefinitions[serviceName] ||
      versions.some(({ rollout }) => !rollout.startsWith("COMPLETED")),
  );
  const images = new Map(services.map(({ serviceName, image }) => [serviceName, image]));
  return failed.length === 0 ? "" : describe(found, failed, ({ serviceName }) => images.get(serviceName) ?? "");
}

/** What the services of a failed deployment run, where that isn't what was deployed: Pulumi shows the reason of ECS, not that of the tasks. */
export async function explainFailure(env: string): Promise<string> {
  try {
    return await explainServices(stateOf(await readStackState("application", env)));
  } catch (error) {
    return explain(error, "what the services run");
  }
}

async function describe(
  found: RunningVersions[],
  failed: RunningVersions[],
  imageOf: (service: RunningVersions) => string,
): Promise<string> {
  return [...describeVersions(found, failed), ...(await failedTasks(failed, imageOf))].join("\n");
}

/**
 * Refreshes Pulumi's state where ECS has rolled a service back. After a rollout that failed the state names the version that was
 * wanted, so that the next update would see nothing to do (https://github.com/pulumi/pulumi/issues/21458).
 */
export async function refreshAfterEcsRollback(env: string, { taskDefinitions, services }: State): Promise<void> {
  const found = await runningVersions(services);
  const stale = found.filter(({ serviceName, taskDefinition }) => taskDefinitions[serviceName] !== taskDefinition);
  if (stale.length > 0) {
    console.log(`reading what ECS went back to: ${stale.map(({ title }) => title).join(", ")} …`);
    await saying("reading", mustPulumi("application", ["refresh", "--stack", env, ...withoutAsking]));
  }
}
