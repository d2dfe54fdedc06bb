import type { Service } from "@aws-sdk/client-ecs";
import type { AwsClients } from "@selfhosted/common";

/** What ECS runs under the name of a service when a deployment begins. */
export interface RunningService {
  desiredCount: number;
  taskDefinition?: string;
  /** Id of its deployment, where ECS has given that up with nothing to go back to, or it never came to run a task. */
  stalledDeployment?: string;
}

/** The services that run, by their names. */
export type RunningServices = Partial<Record<string, RunningService>>;

/** Looks services of a cluster up: ten at most. */
export async function runningServices(
  ecs: AwsClients["ecs"],
  { cluster, services }: { cluster: string; services: string[] },
): Promise<RunningServices> {
  try {
    const { services: found = [] } = await ecs.describeServices({ cluster, services });
    const active = found.filter(({ status }) => status === "ACTIVE");
    return Object.fromEntries(active.map((service) => [service.serviceName ?? "", describe(service)]));
  } catch (error) {
    if (error instanceof Error && error.name === "ClusterNotFoundException") {
      return {};
    }
    throw error;
  }
}

function describe(service: Service): RunningService {
  const { desiredCount = 0, runningCount = 0, pendingCount = 0, deployments = [], taskDefinition } = service;
  const { id, rolloutState } = deployments.find(({ status }) => status === "PRIMARY") ?? {};
  const runsNothing = desiredCount > 0 && runningCount + pendingCount === 0;
  // Where a completed deployment has no task for a while, ECS starts new ones.
  const isStalled = rolloutState === "FAILED" || (runsNothing && rolloutState !== "COMPLETED");
  return { desiredCount, taskDefinition, ...(id !== undefined && isStalled && { stalledDeployment: id }) };
}
