import type {
  ApplicationAutoScaling,
  ScalableDimension,
  ServiceNamespace,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type { PolicyArgs, TargetArgs } from "@pulumi/aws/appautoscaling";
import type { Service } from "../resource";
import type { Account } from "./account";
import { fromAws, namesFromAws, namesToAws } from "./fields";
import { type Inputs, typesOf } from "./table";

type TargetInputs = Inputs<TargetArgs>;
type PolicyInputs = Inputs<PolicyArgs, "name">;

const scaling = typesOf(async () => (await import("@aws-sdk/client-application-auto-scaling")).ApplicationAutoScaling, {
  read: async (aws, ResourceARN) => (await aws.listTagsForResource({ ResourceARN })).Tags ?? {},
  tag: (aws, ResourceARN, Tags) => aws.tagResource({ ResourceARN, Tags }),
  untag: (aws, ResourceARN, TagKeys) => aws.untagResource({ ResourceARN, TagKeys }),
});

const scaledNames = {
  resourceId: "ResourceId",
  scalableDimension: "ScalableDimension",
  serviceNamespace: "ServiceNamespace",
};
const targetNames = {
  ...scaledNames,
  arn: "ScalableTargetARN",
  maxCapacity: "MaxCapacity",
  minCapacity: "MinCapacity",
};
const policyNames = { ...scaledNames, arn: "PolicyARN", name: "PolicyName", policyType: "PolicyType" };

/** Application Auto Scaling of ECS services. */
export const service: Service<Account> = {
  resources: {
    "aws:appautoscaling/target:Target": scaling<TargetInputs>({
      replaceOn: ["resourceId", "scalableDimension", "serviceNamespace"],
      updateOn: ["maxCapacity", "minCapacity"],
      async create(aws, inputs) {
        await register(aws, inputs, inputs.tagsAll);
        return idOf(inputs);
      },
      async get(aws, id) {
        const { ResourceId, ...scaled } = ofId(id);
        const { ScalableTargets } = await aws.describeScalableTargets({ ResourceIds: [ResourceId], ...scaled });
        return ScalableTargets?.[0] && fromAws(targetNames, ScalableTargets[0]);
      },
      update: (aws, _id, inputs) => register(aws, inputs),
      delete: (aws, id) => aws.deregisterScalableTarget(ofId(id)),
    }),

    "aws:appautoscaling/policy:Policy": scaling<PolicyInputs>({
      tagged: false,
      autoname: "name",
      replaceOn: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
      updateOn: ["policyType", "targetTrackingScalingPolicyConfiguration"],
      async create(aws, inputs) {
        const id = `${idOf(inputs)}/${inputs.name}`;
        await put(aws, id, inputs);
        return id;
      },
      async get(aws, id) {
        const { ScalingPolicies } = await aws.describeScalingPolicies({ ...ofId(id), PolicyNames: [nameOf(id)] });
        // The emulated account overlooks the names asked for.
        const found = ScalingPolicies?.find(({ PolicyName }) => PolicyName === nameOf(id));
        const tracking = namesFromAws(found?.TargetTrackingScalingPolicyConfiguration);
        const alarmArns = found?.Alarms?.map(({ AlarmARN }) => AlarmARN);
        return (
          found && { ...fromAws(policyNames, found), alarmArns, targetTrackingScalingPolicyConfiguration: tracking }
        );
      },
      update: put,
      delete: (aws, id) => aws.deleteScalingPolicy({ ...ofId(id), PolicyName: nameOf(id) }),
    }),
  },
};

function register(aws: ApplicationAutoScaling, inputs: TargetInputs, tags: TargetInputs["tagsAll"] = {}) {
  return aws.registerScalableTarget({
    ...ofId(idOf(inputs)),
    MaxCapacity: inputs.maxCapacity,
    MinCapacity: inputs.minCapacity,
    ...(Object.keys(tags).length && { Tags: tags }),
  });
}

function put(aws: ApplicationAutoScaling, id: string, inputs: PolicyInputs) {
  const tracking = namesToAws(inputs.targetTrackingScalingPolicyConfiguration);
  return aws.putScalingPolicy({
    ...ofId(id),
    PolicyName: inputs.name,
    PolicyType: inputs.policyType as "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: tracking as TargetTrackingScalingPolicyConfiguration,
  });
}

type Scaled = Pick<TargetInputs, "resourceId" | "scalableDimension" | "serviceNamespace">;

/** As both are imported: `ecs/service/cluster/name/ecs:service:DesiredCount`, for a policy with `/` and its name behind it. */
function idOf({ resourceId, scalableDimension, serviceNamespace }: Scaled): string {
  return [serviceNamespace, resourceId, scalableDimension].join("/");
}

function ofId(id: string) {
  const [namespace, kind, cluster, name, dimension] = id.split("/");
  return {
    ResourceId: [kind, cluster, name].join("/"),
    ScalableDimension: dimension as ScalableDimension,
    ServiceNamespace: namespace as ServiceNamespace,
  };
}

function nameOf(id: string): string {
  return id.split("/").slice(5).join("/");
}
