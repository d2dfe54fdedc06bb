import { arn, UserError, type Surroundings } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What ECS runs under the name of a service when a deployment begins. */
export interface RunningService {
  desiredCount: number;
  /** Id of its deployment, where ECS has given that up with nothing to go back to, or it never came to run a task. */
  stalledDeployment?: string;
}

/**
 * What the provider says where the service or its cluster doesn't exist, and then alone
 * (https://github.com/hashicorp/terraform-provider-aws, `findServices` in internal/service/ecs/service.go and
 * `SingularDataSourceFindError` in internal/tfresource).
 */
const noSuchService = "no matching ECS Service found";

/** ECS shows no more events of a service than its latest (API reference, `Service.events`). */
const mostEvents = 100;

/**
 * Looks a service up.
 *
 * @returns undefined where there is no such service.
 * @throws UserError where that can't be found out.
 */
export function runningService(
  { clusterName, serviceName }: { clusterName: string; serviceName: string },
  where: Surroundings,
  opts: pulumi.InvokeOptions,
): pulumi.Output<RunningService | undefined> {
  const clusterArn = arn(where, "ecs", `cluster/${clusterName}`);
  const found = aws.ecs.getService({ clusterArn, serviceName }, opts).then(describe, (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes(noSuchService)) {
      return undefined;
    }
    throw new UserError(
      `What ECS runs as ${serviceName} in ${clusterName} could not be read (ecs:DescribeServices), and a deployment depends on it. ` +
        `AWS said: ${reason}`,
    );
  });
  return pulumi.output(found);
}

function describe(service: aws.ecs.GetServiceResult): RunningService {
  const { desiredCount, deployments, runningCount, pendingCount, events } = service;
  const id = deployments.find(({ status }) => status === "PRIMARY")?.id;
  // The provider leaves the deployment's state out. ECS writes "(service api) (deployment ecs-svc/1) deployment completed.", or
  // "… deployment failed: tasks failed to start."
  const ended = (how: string) => events.some(({ message }) => message.includes(`(deployment ${id}) deployment ${how}`));
  // Where a completed deployment has no task for a while, ECS starts new ones. So many events are those of one that ran for long.
  const hasRun = ended("completed") || events.length >= mostEvents;
  const runsNothing = desiredCount > 0 && runningCount + pendingCount === 0;
  const stalled = ended("failed") || (runsNothing && !hasRun);
  return { desiredCount, ...(id !== undefined && stalled && { stalledDeployment: id }) };
}
