import { actions, type Need, tags } from "./need";

const securityGroupRule = (direction: "Egress" | "Ingress"): Need => ({
  actions: actions(
    "ec2",
    ...[`AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`],
    ...["CreateTags", "DeleteTags", "DescribeSecurityGroupRules", "ModifySecurityGroupRules"],
  ),
});

/** Resources that run the services, and lead to them. */
export const services: Record<string, Need> = {
  "acm.Certificate": {
    actions: actions(
      "acm",
      ...["AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate", "ListTagsForCertificate"],
      ...["RemoveTagsFromCertificate", "RequestCertificate"],
    ),
  },
  "acm.CertificateValidation": { actions: actions("acm", "DescribeCertificate") },
  "appautoscaling.Policy": {
    actions: [
      ...actions("application-autoscaling", "DeleteScalingPolicy", "DescribeScalingPolicies", "PutScalingPolicy"),
      ...actions("cloudwatch", "DeleteAlarms", "DescribeAlarms", "PutMetricAlarm"),
    ],
  },
  "appautoscaling.Target": {
    actions: [
      ...actions("application-autoscaling", ...tags.arn),
      ...actions(
        "application-autoscaling",
        "DeregisterScalableTarget",
        "DescribeScalableTargets",
        "RegisterScalableTarget",
      ),
    ],
    linkedRolesOf: ["ecs.application-autoscaling.amazonaws.com"],
  },
  "cloudwatch.LogGroup": {
    actions: actions(
      "logs",
      ...["AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "DescribeLogGroups"],
      ...["DisassociateKmsKey", "PutRetentionPolicy", ...tags.arn],
    ),
  },
  "cloudwatch.LogResourcePolicy": {
    actions: actions("logs", "DeleteResourcePolicy", "DescribeResourcePolicies", "PutResourcePolicy"),
  },
  "ec2.SecurityGroup": {
    actions: actions(
      "ec2",
      ...["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup", "CreateTags"],
      ...["DeleteSecurityGroup", "DeleteTags", "DescribeNetworkInterfaces", "DescribeSecurityGroupRules"],
      ...["DescribeSecurityGroups", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
    ),
  },
  "ec2.VpcEndpoint": {
    actions: [
      ...actions("ec2", "CreateTags", "CreateVpcEndpoint", "DeleteTags", "DeleteVpcEndpoints", "DescribePrefixLists"),
      ...actions("ec2", "DescribeVpcEndpoints", "ModifyVpcEndpoint"),
      ...actions("route53", "AssociateVPCWithHostedZone"),
    ],
  },
  "ecs.Cluster": {
    actions: actions("ecs", "CreateCluster", "DeleteCluster", "DescribeClusters", "UpdateCluster", ...tags.arn),
    linkedRolesOf: ["ecs.amazonaws.com"],
  },
  "ecs.ClusterCapacityProviders": { actions: actions("ecs", "DescribeClusters", "PutClusterCapacityProviders") },
  "ecs.Service": {
    actions: actions(
      "ecs",
      ...["CreateService", "DeleteService", "DescribeServiceDeployments"],
      ...["DescribeServices", "ListServiceDeployments", "UpdateService", ...tags.arn],
    ),
  },
  "ecs.TaskDefinition": {
    actions: actions(
      "ecs",
      ...["DeregisterTaskDefinition", "DescribeTaskDefinition", "RegisterTaskDefinition", ...tags.arn],
    ),
    passesRolesTo: ["ecs-tasks.amazonaws.com"],
  },
  "iam.Role": {
    actions: actions(
      "iam",
      ...["CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary", "GetRole", "ListAttachedRolePolicies"],
      ...["ListInstanceProfilesForRole", "ListRolePolicies", "PutRolePermissionsBoundary", "TagRole", "UntagRole"],
      ...["UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"],
    ),
  },
  "iam.RolePolicy": { actions: actions("iam", "DeleteRolePolicy", "GetRolePolicy", "PutRolePolicy") },
  "iam.RolePolicyAttachment": {
    actions: actions("iam", "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"),
  },
  "lb.Listener": {
    actions: actions(
      "elasticloadbalancing",
      ...["AddTags", "CreateListener", "DeleteListener", "DescribeListenerAttributes", "DescribeListeners"],
      ...["DescribeTags", "ModifyListener", "ModifyListenerAttributes", "RemoveTags"],
    ),
  },
  "lb.LoadBalancer": {
    actions: [
      ...actions("elasticloadbalancing", "AddTags", "CreateLoadBalancer", "DeleteLoadBalancer"),
      ...actions("elasticloadbalancing", "DescribeCapacityReservation", "DescribeLoadBalancerAttributes"),
      ...actions("elasticloadbalancing", "DescribeLoadBalancers", "DescribeTags", "ModifyLoadBalancerAttributes"),
      ...actions("elasticloadbalancing", "RemoveTags", "SetIpAddressType", "SetSecurityGroups", "SetSubnets"),
      ...actions("ec2", "DescribeAccountAttributes", "DescribeAddresses", "DescribeInternetGateways"),
      ...actions("ec2", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
      // https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3917
      ...actions("ec2", "GetSecurityGroupsForVpc"),
    ],
    linkedRolesOf: ["elasticloadbalancing.amazonaws.com"],
  },
  "lb.TargetGroup": {
    actions: actions(
      "elasticloadbalancing",
      ...["AddTags", "CreateTargetGroup", "DeleteTargetGroup", "DescribeTags", "DescribeTargetGroupAttributes"],
      ...["DescribeTargetGroups", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "RemoveTags"],
    ),
  },
  "route53.HealthCheck": {
    actions: actions(
      "route53",
      ...["ChangeTagsForResource", "CreateHealthCheck", "DeleteHealthCheck", "GetHealthCheck"],
      ...["ListTagsForResource", "UpdateHealthCheck"],
    ),
  },
  "route53.Record": {
    actions: actions("route53", "ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListResourceRecordSets"),
  },
  "route53.ZoneAssociation": {
    actions: [
      ...actions("route53", "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone", "GetChange"),
      ...actions("route53", "GetHostedZone", "ListHostedZonesByVPC"),
      ...actions("ec2", "DescribeVpcs"),
    ],
  },
  "vpc.SecurityGroupEgressRule": securityGroupRule("Egress"),
  "vpc.SecurityGroupIngressRule": securityGroupRule("Ingress"),
};
