import type * as pulumi from "@pulumi/pulumi";
import type { ServiceOutputs, WorkerOutputs } from "@selfhosted/common";
import type { Computed, Metric } from "@selfhosted/common/components";

type Given<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** Names of a service as its metrics have them. */
export type Worker = Pick<Given<WorkerOutputs>, "logGroup" | "serviceName">;
/** A service that users call. */
export interface Entrance extends Worker {
  loadBalancer: { arn: pulumi.Output<ServiceOutputs["loadBalancer"]["arn"]> };
  targetGroupArn: pulumi.Output<string>;
}

type Statistic = Metric["statistic"];

/**
 * Of ECS itself, for each minute in which tasks run:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 */
export function ecsMetric(clusterName: pulumi.Input<string>, { serviceName }: Worker, name: string): Metric {
  const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
  return { namespace: "AWS/ECS", name, dimensions, statistic: "Average" };
}

/**
 * Of Container Insights, where that is on:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export function insightsMetric(clusterName: pulumi.Input<string>, worker: Worker, name: string): Metric {
  return { ...ecsMetric(clusterName, worker, name), namespace: "ECS/ContainerInsights" };
}

/**
 * How many tasks run, without Container Insights: each of them reports its CPU once a minute.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count
 */
export function runningTasks(clusterName: pulumi.Input<string>, worker: Worker): Metric {
  return { ...ecsMetric(clusterName, worker, "CPUUtilization"), statistic: "SampleCount" };
}

/** How many tasks a service lacks. */
export function missingTasks(clusterName: pulumi.Input<string>, worker: Worker): Computed {
  return {
    expression: "desired - running",
    label: "tasks that don't run",
    of: {
      desired: insightsMetric(clusterName, worker, "DesiredTaskCount"),
      running: insightsMetric(clusterName, worker, "RunningTaskCount"),
    },
  };
}

/** Of a load balancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html */
export function balancerMetric({ loadBalancer }: Entrance, name: string, statistic: Statistic = "Sum"): Metric {
  const dimensions = { LoadBalancer: loadBalancer.arn.apply((arn) => afterColons(arn).replace(/^loadbalancer\//, "")) };
  return { namespace: "AWS/NetworkELB", name, dimensions, statistic };
}

/** Of the targets behind a load balancer. */
export function targetMetric(entrance: Entrance, name: string, statistic: Statistic): Metric {
  const { dimensions, ...metric } = balancerMetric(entrance, name, statistic);
  return { ...metric, dimensions: { TargetGroup: entrance.targetGroupArn.apply(afterColons), ...dimensions } };
}

/** What a metric calls a load balancer or a target group is the end of its ARN. */
function afterColons(arn: string): string {
  return arn.split(":").slice(5).join(":");
}

/**
 * How much the account and region use of a quota, as far as CloudWatch knows both. Of load
 * balancers it does too, but only a deployment adds some, which `make preflight` counts, as it does snapshots: RDS doesn't document the
 * dimensions of its own. Secrets Manager is asked when a task starts only. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
 */
function usage(label: string, metric: Omit<Metric, "namespace">): Computed {
  const expression = "100 * usage / SERVICE_QUOTA(usage)";
  return { expression, label, of: { usage: { namespace: "AWS/Usage", ...metric } } };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html */
export const fargateUsage = usage("percent of the vCPUs that the account may run", {
  name: "ResourceCount",
  dimensions: { Service: "Fargate", Type: "Resource", Resource: "vCPU", Class: "Standard/OnDemand" },
  statistic: "Maximum",
  period: 300,
});

/**
 * The quota is one of a second, and CloudWatch gives that of the period: https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
 * and https://aws.amazon.com/blogs/security/manage-your-aws-kms-api-request-rates-using-service-quotas-and-amazon-cloudwatch/.
 */
export const kmsUsage = usage("percent of the calls that KMS takes in a minute", {
  name: "CallCount",
  dimensions: { Service: "KMS", Type: "API", Resource: "CryptographicOperationsSymmetric", Class: "None" },
  statistic: "Sum",
});

/** Twice a day, until it has expired: https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html */
export function daysToExpiry(certificateArn: pulumi.Input<string>): Metric {
  const dimensions = { CertificateArn: certificateArn };
  return {
    namespace: "AWS/CertificateManager",
    name: "DaysToExpiry",
    dimensions,
    statistic: "Minimum",
    period: 86_400,
  };
}
