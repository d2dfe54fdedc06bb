import { arn, type Case, missing, others, upper } from "./case";

const listener = { ListenerArn: arn("elasticloadbalancing", "listener/1"), Port: 443 };
const rule = { SecurityGroupRuleId: "sgr-1", IsEgress: false, IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
const groupRule = { ...rule, ReferencedGroupInfo: { GroupId: "sg-2" } };

/** What leads to the services. */
export const network: Record<string, Case> = {
  "acm/certificate": {
    inputs: { domainName: "a.example.com" },
    there: {
      "acm:ListCertificates": () => ({
        CertificateSummaryList: [{ DomainName: "a.example.com", CertificateArn: arn("acm", "certificate/1") }],
      }),
      "acm:ListTagsForCertificate": () => ({ Tags: upper }),
    },
    absent: { "acm:ListCertificates": () => ({ CertificateSummaryList: [] }) },
    id: arn("acm", "certificate/1"),
  },
  "ec2/securityGroup": {
    inputs: { vpcId: "vpc-1", name: "pulumi-prod-api" },
    there: { "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [{ GroupId: "sg-1", Tags: upper }] }) },
    foreign: { "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [{ GroupId: "sg-1", Tags: others }] }) },
    absent: { "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [] }) },
    id: "sg-1",
  },
  "ec2/vpcEndpoint": {
    inputs: { vpcId: "vpc-1", serviceName: "s3" },
    there: {
      "ec2:DescribeVpcEndpoints": () => ({
        VpcEndpoints: [
          { VpcEndpointId: "vpce-1", Tags: others },
          { VpcEndpointId: "vpce-2", Tags: upper, State: "deleting" },
          { VpcEndpointId: "vpce-3", Tags: upper, State: "available" },
        ],
      }),
    },
    foreign: { "ec2:DescribeVpcEndpoints": () => ({ VpcEndpoints: [{ VpcEndpointId: "vpce-1", Tags: others }] }) },
    absent: { "ec2:DescribeVpcEndpoints": () => ({ VpcEndpoints: [] }) },
    id: "vpce-3",
  },
  "lb/listener": {
    inputs: { loadBalancerArn: "lb", port: 443 },
    there: {
      "elb:DescribeListeners": () => ({ Listeners: [{ Port: 80 }, listener] }),
      "elb:DescribeTags": () => ({ TagDescriptions: [{ Tags: upper }] }),
    },
    foreign: { "elb:DescribeTags": () => ({ TagDescriptions: [{ Tags: [] }] }) },
    absent: { "elb:DescribeListeners": () => ({ Listeners: [{ Port: 80 }] }) },
    id: listener.ListenerArn,
  },
  "lb/loadBalancer": {
    inputs: { name: "pulumi-prod-api" },
    there: {
      "elb:DescribeLoadBalancers": () => ({ LoadBalancers: [{ LoadBalancerArn: "lb" }] }),
      "elb:DescribeTags": () => ({ TagDescriptions: [{ Tags: upper }] }),
    },
    foreign: { "elb:DescribeTags": () => ({ TagDescriptions: [{ Tags: others }] }) },
    absent: { "elb:DescribeLoadBalancers": missing("LoadBalancerNotFoundException") },
    id: "lb",
  },
  "lb/targetGroup": {
    inputs: { name: "pulumi-prod-api" },
    there: {
      "elb:DescribeTargetGroups": () => ({ TargetGroups: [{ TargetGroupArn: "tg" }] }),
      "elb:DescribeTags": () => ({ TagDescriptions: [{ Tags: upper }] }),
    },
    foreign: { "elb:DescribeTags": () => ({ TagDescriptions: [{ Tags: others }] }) },
    absent: { "elb:DescribeTargetGroups": missing("TargetGroupNotFoundException") },
    id: "tg",
  },
  "route53/healthCheck": {
    inputs: { fqdn: "api.example.com" },
    there: {
      "route53:ListHealthChecks": () => ({
        HealthChecks: [{ Id: "1", HealthCheckConfig: { FullyQualifiedDomainName: "api.example.com" } }],
      }),
      "route53:ListTagsForResource": () => ({ ResourceTagSet: { Tags: upper } }),
    },
    foreign: { "route53:ListTagsForResource": () => ({ ResourceTagSet: { Tags: [] } }) },
    absent: { "route53:ListHealthChecks": () => ({ HealthChecks: [] }) },
    id: "1",
  },
  "route53/queryLog": {
    inputs: { zoneId: "Z1", cloudwatchLogGroupArn: "arn:one" },
    there: {
      "route53:ListQueryLoggingConfigs": () => ({
        QueryLoggingConfigs: [{ Id: "q1", HostedZoneId: "Z1", CloudWatchLogsLogGroupArn: "arn:one" }],
      }),
    },
    foreign: {
      "route53:ListQueryLoggingConfigs": () => ({
        QueryLoggingConfigs: [{ Id: "q2", HostedZoneId: "Z1", CloudWatchLogsLogGroupArn: "arn:another" }],
      }),
    },
    absent: { "route53:ListQueryLoggingConfigs": () => ({ QueryLoggingConfigs: [] }) },
    id: "q1",
  },
  "route53/record": {
    inputs: { zoneId: "Z1", name: "api.example.com", type: "A", aliases: [{ name: "LB-1.elb.amazonaws.com" }] },
    there: {
      "route53:ListResourceRecordSets": () => ({
        ResourceRecordSets: [
          { Name: "api.example.com.", Type: "A", AliasTarget: { DNSName: "dualstack.lb-1.elb.amazonaws.com." } },
        ],
      }),
    },
    foreign: {
      "route53:ListResourceRecordSets": () => ({
        ResourceRecordSets: [{ Name: "api.example.com.", Type: "A", ResourceRecords: [{ Value: "192.0.2.1" }] }],
      }),
    },
    absent: {
      "route53:ListResourceRecordSets": () => ({ ResourceRecordSets: [{ Name: "app.example.com.", Type: "A" }] }),
    },
    id: "Z1_api.example.com_A",
  },
  "route53/zoneAssociation": {
    inputs: { zoneId: "Z1", vpcId: "vpc-1", vpcRegion: "eu-west-1" },
    there: { "route53:GetHostedZone": () => ({ VPCs: [{ VPCId: "vpc-1" }] }) },
    absent: { "route53:GetHostedZone": () => ({ VPCs: [{ VPCId: "vpc-2" }] }) },
    id: "Z1:vpc-1:eu-west-1",
  },
  "vpc/securityGroupIngressRule": {
    inputs: {
      securityGroupId: "sg-1",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      referencedSecurityGroupId: "sg-2",
    },
    there: {
      "ec2:DescribeSecurityGroupRules": () => ({
        SecurityGroupRules: [rule, { ...groupRule, SecurityGroupRuleId: "sgr-2", Tags: upper }],
      }),
    },
    foreign: { "ec2:DescribeSecurityGroupRules": () => ({ SecurityGroupRules: [groupRule] }) },
    absent: {
      "ec2:DescribeSecurityGroupRules": () => ({ SecurityGroupRules: [rule, { ...groupRule, IsEgress: true }] }),
    },
    id: "sgr-2",
  },
};
