import type { Case } from "./case";
import { container, definition, type Fixture } from "./fixture";

/** ECS and its scaling. */
export function computeCases(fixture: Fixture): Case[] {
  const { account, group, idleTarget, key, missing, otherGroup, otherSubnet, role, target } = fixture;
  const subnets = account.subnetIds.private;
  const containers = (...changes: object[]) => ({
    containerDefinitions: changes.map((change) => ({ ...container, ...change })),
  });
  const network = (awsvpcConfiguration: object) => ({
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [group], ...awsvpcConfiguration } },
  });
  const balanced = (targetGroupArn: string, more: object = {}) => ({
    loadBalancers: [{ targetGroupArn, containerName: "api", containerPort: 8080, ...more }],
  });
  const strategy = (capacityProvider: string) => ({ capacityProviderStrategy: [{ capacityProvider }] });
  const scaled = {
    ServiceNamespace: "ecs",
    ResourceId: "service/refusals/held",
    ScalableDimension: "ecs:service:DesiredCount",
  };
  const tracking = (TargetValue: number) => ({
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
    },
  });
  const policy = { ...scaled, PolicyName: "refused", PolicyType: "TargetTrackingScaling", ...tracking(50) };
  const [invalid, client] = ["InvalidParameterException", "ClientException"];

  return [
    {
      call: "ecs createCluster",
      right: {
        clusterName: "refused",
        settings: [{ name: "containerInsights", value: "enabled" }],
        configuration: { executeCommandConfiguration: { kmsKeyId: key, logging: "DEFAULT" } },
      },
      wrong: [
        [{ clusterName: "a b" }, invalid, "Invalid identifier: a b"],
        [{ settings: [{ name: "containerInsights", value: "on" }] }, invalid, "containerInsights: on"],
        [{ configuration: { executeCommandConfiguration: { kmsKeyId: missing.key } } }, invalid, "KMS key"],
        [{ configuration: { executeCommandConfiguration: { logging: "ALL" } } }, invalid, "[NONE, DEFAULT, OVERRIDE]"],
      ],
    },
    {
      call: "ecs putClusterCapacityProviders",
      right: { cluster: "refusals", capacityProviders: ["FARGATE"], defaultCapacityProviderStrategy: [] },
      wrong: [
        [{ capacityProviders: ["EC2"] }, invalid, "EC2 was not found"],
        [{ defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] }, invalid, "not associated"],
        [{ cluster: "none" }, "ClusterNotFoundException", "Cluster not found"],
      ],
    },
    {
      call: "ecs deleteCluster",
      right: { cluster: "refusals" },
      wrong: [[{}, "ClusterContainsServicesException", "while Services are active"]],
      onlyWrong: true,
    },
    {
      call: "ecs registerTaskDefinition",
      right: { ...definition, executionRoleArn: role, ephemeralStorage: { sizeInGiB: 30 } },
      wrong: [
        [{ family: "a b" }, client, "Family contains invalid characters"],
        [{ networkMode: "overlay" }, invalid, "enum value set: [bridge, host, awsvpc, none]"],
        [{ networkMode: "bridge" }, client, "Fargate only supports network mode 'awsvpc'"],
        [{ memory: "8192" }, client, "No Fargate configuration exists for given values"],
        [{ cpu: undefined }, client, "Fargate requires that 'cpu' be defined at the task level"],
        [{ executionRoleArn: missing.role }, client, "Role is not valid"],
        [{ ephemeralStorage: { sizeInGiB: 300 } }, client, "between 21 and 200"],
        [containers({}, {}), client, "names must be unique"],
        [containers({ essential: false }), client, "must be marked essential"],
        [containers({ image: undefined }), client, "Container.image should not be null or empty"],
        [containers({ memory: 1024 }), client, "'memory' settings for the containers are greater than for the task"],
        [containers({ portMappings: [{ containerPort: 80, hostPort: 81 }] }), client, "in port mappings must match"],
        [containers({ environment: ["A", "A"].map((name) => ({ name, value: "1" })) }), client, "must be unique"],
        [containers({ logConfiguration: { logDriver: "syslog" } }), client, "does not support log driver syslog"],
        [containers({ stopTimeout: 300 }), client, "at most 120 seconds"],
        [containers({ ulimits: [{ name: "nproc", softLimit: 1, hardLimit: 1 }] }), client, "nofile"],
        [containers({ privileged: true }), client, "privileged"],
        [containers({ mountPoints: [{ sourceVolume: "none" }] }), client, "Unknown volume"],
        [containers({ dependsOn: [{ containerName: "none", condition: "START" }] }), client, "depends on a container"],
      ],
    },
    {
      call: "ecs registerTaskDefinition",
      right: { ...definition, ...containers({ stopTimeout: 120, memory: 512 }) },
      wrong: [
        [containers({ secrets: [{ name: "A", valueFrom: "arn" }] }), client, "a value for 'executionRoleArn'"],
        [containers({ logConfiguration: { logDriver: "awslogs" } }), client, "to support log driver awslogs"],
        [containers({ image: "1.dkr.ecr.us-east-1.amazonaws.com/a" }), client, "to support ECR images"],
      ],
    },
    {
      call: "ecs createService",
      right: {
        cluster: "refusals",
        serviceName: "refused",
        taskDefinition: "refusals",
        desiredCount: 1,
        launchType: "FARGATE",
        ...network({}),
        ...balanced(target),
      },
      wrong: [
        [{ serviceName: "held" }, invalid, "not idempotent"],
        [{ cluster: "none" }, "ClusterNotFoundException", "Cluster not found"],
        [{ taskDefinition: "refusals:99" }, client, "TaskDefinition"],
        [{ networkConfiguration: undefined }, invalid, "Network Configuration must be provided"],
        [network({ subnets: [subnets[0], otherSubnet] }), invalid, "must all belong to the same VPC"],
        [network({ securityGroups: [otherGroup] }), invalid, "to belong to the same VPC as the input subnets"],
        [network({ securityGroups: ["sg-0"] }), invalid, "'sg-0' does not exist"],
        [{ launchType: "EC2" }, invalid, "does not support launch_type EC2"],
        [strategy("FARGATE"), invalid, "Remove one and try again"],
        [
          { launchType: undefined, ...strategy("FARGATE_SPOT") },
          invalid,
          "FARGATE_SPOT is not associated with cluster",
        ],
        [{ deploymentConfiguration: { maximumPercent: 100 } }, invalid, "greater than minimumHealthyPercent"],
        [{ enableExecuteCommand: true }, invalid, "valid taskRoleArn is not being used"],
        [{ platformVersion: "9.9.9" }, invalid, "platform version does not exist"],
        [balanced(idleTarget), invalid, `targetGroupArn ${idleTarget} does not have an associated load balancer.`],
        [balanced(`${target}0`), invalid, "validate the specified targetGroupArn"],
        [balanced(target, { containerName: "web" }), invalid, "container web does not exist"],
        [balanced(target, { containerPort: 81 }), invalid, "did not have a container port 81 defined"],
      ],
    },
    {
      call: "scaling putScalingPolicy",
      right: policy,
      wrong: [[{}, "ObjectNotFoundException", "No scalable target registered"]],
      onlyWrong: true,
    },
    {
      call: "scaling registerScalableTarget",
      right: { ...scaled, MinCapacity: 1, MaxCapacity: 2 },
      wrong: [
        [{ MinCapacity: 3 }, "ValidationException", "Maximum capacity cannot be less than minimum capacity"],
        [{ MaxCapacity: undefined }, "ValidationException", "MaxCapacity are required"],
        [{ ScalableDimension: "ecs:tasks" }, "ValidationException", "enum value set: [ecs:service:DesiredCount"],
        [{ ResourceId: "service/refusals/none" }, "ValidationException", "ECS service doesn't exist"],
      ],
    },
    {
      call: "scaling putScalingPolicy",
      right: policy,
      wrong: [
        [tracking(200), "ValidationException", "between 1 and 100"],
        [{ PolicyType: "Guess" }, "ValidationException", "'policyType' failed to satisfy constraint"],
      ],
    },
  ];
}
