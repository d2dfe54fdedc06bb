import type { DeepInput, ServiceOutputs, WorkerOutputs } from "@selfhosted/common";
import type { FargateService } from "./fargate-service";
import type { LoadBalancer } from "./load-balancer";

/** What the layers below and the operator's commands need to know of a service. */
export function workerOutputs({ service, task }: FargateService): {
  [K in keyof WorkerOutputs]: DeepInput<WorkerOutputs[K]>;
} {
  return { serviceName: service.name, taskDefinitionArn: task.definition.arn, logGroup: task.logGroup.name };
}

/** The same of a service that users call. */
export function serviceOutputs(
  domain: string,
  { service, loadBalancer }: { service: FargateService; loadBalancer: LoadBalancer },
): { [K in keyof ServiceOutputs]: DeepInput<ServiceOutputs[K]> } {
  const { arn, dnsName, zoneId } = loadBalancer.loadBalancer;
  return {
    domain,
    ...workerOutputs(service),
    loadBalancer: { arn, dnsName, zoneId },
    targetGroupArn: loadBalancer.targetGroup.arn,
  };
}
