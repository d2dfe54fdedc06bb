import type { DeepInput, ServiceOutputs, TaskOutputs, WorkerOutputs } from "@selfhosted/common";
import type { FargateService } from "./fargate-service";
import type { LoadBalancer } from "./load-balancer";
import type { Task } from "./task";

type Outputs<T> = { [K in keyof T]: DeepInput<T[K]> };

/** What the operator's commands need to know of a kind of task. */
export function taskOutputs({ definition, image, logGroup }: Task): Outputs<TaskOutputs> {
  return { taskDefinitionArn: definition.arn, image, logGroup: logGroup.name };
}

/** What the layers below and the operator's commands need to know of a service. */
export function workerOutputs({ service, task }: FargateService): Outputs<WorkerOutputs> {
  return { serviceName: service.name, ...taskOutputs(task) };
}

/** The same of a service that users call. */
export function serviceOutputs(
  domain: string,
  { service, loadBalancer }: { service: FargateService; loadBalancer: LoadBalancer },
): Outputs<ServiceOutputs> {
  const { arn, dnsName, zoneId } = loadBalancer.loadBalancer;
  return {
    domain,
    ...workerOutputs(service),
    loadBalancer: { arn, dnsName, zoneId },
    targetGroupArn: loadBalancer.targetGroup.arn,
  };
}
