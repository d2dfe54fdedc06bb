import {
  ApplicationAutoScaling,
  type MetricType,
  type ScalableDimension,
  type ScalableTarget,
  type ScalingPolicy,
  type ServiceNamespace,
} from "@aws-sdk/client-application-auto-scaling";
import type { PolicyArgs, TargetArgs } from "@pulumi/aws/appautoscaling";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, oneOf, required } from "../checks";
import { isUnknown, type Problem, type Properties, type ResourceType, type Service } from "../resource";
import type { Account } from "./account";
import { describeService } from "./ecs-service";
import { taggable, type Tagged } from "./tags";

type TargetInputs = Tagged<Unwrap<TargetArgs>>;
type PolicyInputs = Unwrap<PolicyArgs> & { name: string };

interface Scaled {
  resourceId: string;
  scalableDimension: string;
  serviceNamespace: string;
}

const ofEcsService = allOf(
  required("resourceId", "scalableDimension", "serviceNamespace"),
  oneOf("serviceNamespace", ["ecs"]),
  oneOf("scalableDimension", ["ecs:service:DesiredCount"]),
);

/** ECS services whose number of tasks may be scaled. */
const targetType: ResourceType<Account, TargetInputs> = {
  replaceOn: ["resourceId", "scalableDimension", "serviceNamespace"],
  updateOn: ["maxCapacity", "minCapacity"],
  check: allOf(ofEcsService, required("maxCapacity", "minCapacity"), between("minCapacity", 0, 5000), leastBelowMost),
  checkReferences: ({ resourceId }, { account }) => serviceProblems(resourceId, account),
  find: async (inputs, { account }) => (await describeTarget(inputs, account)) && idOf(inputs),
  async create(inputs, { account }) {
    await register(inputs, account);
    return { id: idOf(inputs) };
  },
  async read(_id, known, { account }) {
    const found = await describeTarget(known, account);
    return (
      found && {
        arn: found.ScalableTargetARN,
        maxCapacity: found.MaxCapacity,
        minCapacity: found.MinCapacity,
        resourceId: found.ResourceId,
        roleArn: found.RoleARN,
        scalableDimension: found.ScalableDimension,
        serviceNamespace: found.ServiceNamespace,
      }
    );
  },
  update: (_id, inputs, _olds, { account }) => register(inputs, account),
  async delete(_id, olds, { account }) {
    if (!(await describeTarget(olds, account))) return;
    await account.client(ApplicationAutoScaling).deregisterScalableTarget(names(olds));
  },
};

const policyType: ResourceType<Account, PolicyInputs> = {
  autoname: "name",
  replaceOn: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  updateOn: ["policyType", "targetTrackingScalingPolicyConfiguration"],
  check: allOf(
    ofEcsService,
    required("policyType", "targetTrackingScalingPolicyConfiguration"),
    oneOf("policyType", ["TargetTrackingScaling"]),
    required("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType"),
    oneOf("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType", [
      "ECSServiceAverageCPUUtilization",
      "ECSServiceAverageMemoryUtilization",
    ]),
    between("targetTrackingScalingPolicyConfiguration.targetValue", 1, 100),
    between("targetTrackingScalingPolicyConfiguration.scaleInCooldown", 0, 86_400),
    between("targetTrackingScalingPolicyConfiguration.scaleOutCooldown", 0, 86_400),
  ),
  async checkReferences(inputs, { account }) {
    if (await describeTarget(inputs, account)) return [];
    return [
      { property: "resourceId", reason: `names ${inputs.resourceId}, which isn't registered as a scalable target` },
    ];
  },
  find: async (inputs, { account }) => (await describePolicy(inputs, account))?.PolicyName,
  async create(inputs, { account }) {
    await put(inputs, account);
    return { id: inputs.name };
  },
  async read(_id, known, { account }) {
    const found = await describePolicy(known, account);
    return found && policyOutputs(found);
  },
  update: (_id, inputs, _olds, { account }) => put(inputs, account),
  async delete(id, olds, { account }) {
    if (!(await describePolicy(olds, account))) return;
    await account.client(ApplicationAutoScaling).deleteScalingPolicy({ PolicyName: id, ...names(olds) });
  },
};

/** Application Auto Scaling of ECS services. */
export const service: Service<Account> = {
  resources: {
    "aws:appautoscaling/target:Target": taggable(targetType),
    "aws:appautoscaling/policy:Policy": policyType,
  },
};

function names({ resourceId, scalableDimension, serviceNamespace }: Scaled) {
  return {
    ResourceId: resourceId,
    ScalableDimension: scalableDimension as ScalableDimension,
    ServiceNamespace: serviceNamespace as ServiceNamespace,
  };
}

function idOf({ resourceId, scalableDimension, serviceNamespace }: Scaled): string {
  return [serviceNamespace, resourceId, scalableDimension].join("/");
}

async function describeTarget(scaled: Scaled, account: Account): Promise<ScalableTarget | undefined> {
  const { ResourceId, ...others } = names(scaled);
  const request = { ResourceIds: [ResourceId], ...others };
  return (await account.client(ApplicationAutoScaling).describeScalableTargets(request)).ScalableTargets?.[0];
}

async function describePolicy(inputs: PolicyInputs, account: Account): Promise<ScalingPolicy | undefined> {
  const { ScalingPolicies = [] } = await account
    .client(ApplicationAutoScaling)
    .describeScalingPolicies({ PolicyNames: [inputs.name], ...names(inputs) });
  // The emulated account overlooks the names asked for.
  return ScalingPolicies.find((policy) => policy.PolicyName === inputs.name);
}

async function register(inputs: TargetInputs, account: Account): Promise<void> {
  await account.client(ApplicationAutoScaling).registerScalableTarget({
    ...names(inputs),
    MaxCapacity: inputs.maxCapacity,
    MinCapacity: inputs.minCapacity,
    ...(Object.keys(inputs.tagsAll).length && { Tags: inputs.tagsAll }),
  });
}

async function put(inputs: PolicyInputs, account: Account): Promise<void> {
  const tracking = inputs.targetTrackingScalingPolicyConfiguration;
  await account.client(ApplicationAutoScaling).putScalingPolicy({
    ...names(inputs),
    PolicyName: inputs.name,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: tracking && {
      DisableScaleIn: tracking.disableScaleIn,
      PredefinedMetricSpecification: {
        PredefinedMetricType: tracking.predefinedMetricSpecification?.predefinedMetricType as MetricType,
      },
      ScaleInCooldown: tracking.scaleInCooldown,
      ScaleOutCooldown: tracking.scaleOutCooldown,
      TargetValue: tracking.targetValue,
    },
  });
}

function policyOutputs(found: ScalingPolicy): Properties {
  const tracking = found.TargetTrackingScalingPolicyConfiguration;
  const predefinedMetricType = tracking?.PredefinedMetricSpecification?.PredefinedMetricType;
  return {
    alarmArns: (found.Alarms ?? []).map(({ AlarmARN }) => AlarmARN),
    arn: found.PolicyARN,
    name: found.PolicyName,
    policyType: found.PolicyType,
    resourceId: found.ResourceId,
    scalableDimension: found.ScalableDimension,
    serviceNamespace: found.ServiceNamespace,
    targetTrackingScalingPolicyConfiguration: {
      disableScaleIn: tracking?.DisableScaleIn,
      predefinedMetricSpecification: { predefinedMetricType },
      scaleInCooldown: tracking?.ScaleInCooldown,
      scaleOutCooldown: tracking?.ScaleOutCooldown,
      targetValue: tracking?.TargetValue,
    },
  };
}

async function serviceProblems(resourceId: string, account: Account): Promise<Problem[]> {
  const property = "resourceId";
  const [kind, cluster, name] = resourceId.split("/");
  if (kind !== "service" || !cluster || !name) {
    return [{ property, reason: `must have the form service/<cluster>/<service>, found ${resourceId}` }];
  }
  return (await describeService(name, cluster, account))
    ? []
    : [{ property, reason: `names ${resourceId}, which doesn't exist` }];
}

function leastBelowMost({ maxCapacity, minCapacity }: Properties): ReturnType<Check> {
  if (isUnknown(maxCapacity) || isUnknown(minCapacity) || Number(minCapacity) <= Number(maxCapacity)) return [];
  return [
    {
      property: "minCapacity",
      reason: `must be at most the maxCapacity ${String(maxCapacity)}, found ${String(minCapacity)}`,
    },
  ];
}
