import { arn, type Surroundings } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What ECS runs under the name of a service when a deployment begins. */
export interface RunningService {
  desiredCount: number;
  /** Id of its deployment, where ECS has given that up with nothing to go back to: it starts no task any more. */
  stalledDeployment?: string;
}

/**
 * Looks a service up. A look-up that fails counts as "no such service": the provider doesn't tell the two apart, and the deployment
 * that follows needs the same permissions and reports what is wrong.
 *
 * @returns undefined where there is no such service.
 */
export function runningService(
  { clusterName, serviceName }: { clusterName: string; serviceName: string },
  where: Surroundings,
  opts: pulumi.InvokeOptions,
): pulumi.Output<RunningService | undefined> {
  const clusterArn = arn(where, "ecs", `cluster/${clusterName}`);
  return pulumi.output(aws.ecs.getService({ clusterArn, serviceName }, opts).then(describe, () => undefined));
}

function describe(service: aws.ecs.GetServiceResult): RunningService {
  const { desiredCount, deployments, runningCount, pendingCount, events } = service;
  const id = deployments.find(({ status }) => status === "PRIMARY")?.id;
  // The provider leaves the deployment's state out; ECS writes "(deployment ecs-svc/1) deployment failed: tasks failed to start."
  const givenUp = events.some(({ message }) => message.includes(`${id}) deployment failed`));
  const runsNothing = desiredCount > 0 && runningCount + pendingCount === 0;
  return { desiredCount, ...(id !== undefined && (givenUp || runsNothing) && { stalledDeployment: id }) };
}
