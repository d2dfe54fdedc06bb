import { arn, type Case, lower, missing, others, tags, upper } from "./case";

/** What runs the services. */
export const services: Record<string, Case> = {
  "cloudwatch/logGroup": {
    inputs: { name: "pulumi-prod-api" },
    there: {
      "logs:DescribeLogGroups": () => ({
        logGroups: [{ logGroupName: "pulumi-prod-api-2" }, { logGroupName: "pulumi-prod-api", logGroupArn: "a" }],
      }),
      "logs:ListTagsForResource": () => ({ tags }),
    },
    foreign: { "logs:ListTagsForResource": () => ({}) },
    absent: { "logs:DescribeLogGroups": () => ({ logGroups: [{ logGroupName: "pulumi-prod-api-2" }] }) },
    id: "pulumi-prod-api",
  },
  "ecs/cluster": {
    inputs: { name: "pulumi-prod-cluster" },
    there: { "ecs:DescribeClusters": () => ({ clusters: [{ status: "ACTIVE", tags: lower }] }) },
    foreign: { "ecs:DescribeClusters": () => ({ clusters: [{ status: "ACTIVE" }] }) },
    absent: { "ecs:DescribeClusters": () => ({ clusters: [{ status: "INACTIVE", tags: lower }] }) },
    id: "pulumi-prod-cluster",
  },
  "ecs/service": {
    inputs: { name: "api", cluster: arn("ecs", "cluster/pulumi-prod-cluster") },
    there: { "ecs:DescribeServices": () => ({ services: [{ status: "ACTIVE", tags: lower }] }) },
    foreign: { "ecs:DescribeServices": () => ({ services: [{ status: "ACTIVE" }] }) },
    absent: { "ecs:DescribeServices": missing("ClusterNotFoundException") },
    id: "pulumi-prod-cluster/api",
  },
  "ecs/taskDefinition": {
    inputs: { family: "pulumi-prod-api" },
    there: {
      "ecs:DescribeTaskDefinition": () => ({
        taskDefinition: { taskDefinitionArn: arn("ecs", "task-definition/pulumi-prod-api:2"), status: "ACTIVE" },
        tags: lower,
      }),
    },
    absent: { "ecs:DescribeTaskDefinition": missing("ClientException") },
    id: arn("ecs", "task-definition/pulumi-prod-api:2"),
  },
  "iam/role": {
    inputs: { name: "pulumi-prod-api" },
    there: { "iam:GetRole": () => ({ Role: { Tags: upper } }) },
    foreign: { "iam:GetRole": () => ({ Role: { Tags: others } }) },
    absent: { "iam:GetRole": missing("NoSuchEntityException") },
    id: "pulumi-prod-api",
  },
  "iam/rolePolicy": {
    inputs: { role: "pulumi-prod-api", name: "p-1a2b3c4" },
    there: { "iam:ListRolePolicies": () => ({ PolicyNames: ["q", "p-1a2b3c4"] }) },
    absent: { "iam:ListRolePolicies": missing("NoSuchEntityException") },
    id: "pulumi-prod-api:p-1a2b3c4",
  },
};
