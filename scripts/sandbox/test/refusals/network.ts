import type { Case } from "./case";
import type { Fixture } from "./fixture";

/** EC2 and load balancers. */
export function networkCases(fixture: Fixture): Case[] {
  const { account, group, loadBalancer, loneTarget, otherGroup, otherSubnet, otherTarget, otherVpc, target } = fixture;
  const { certificateArn, region, subnetIds, vpcId } = account;
  const rule = (permission: object) => ({
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 1, ToPort: 2, ...permission }],
  });
  const ranges = (CidrIp: string, more: object = {}) => rule({ IpRanges: [{ CidrIp }], ...more });
  const forward = (TargetGroupArn: string) => ({ DefaultActions: [{ Type: "forward", TargetGroupArn }] });
  const redirect = { DefaultActions: [{ Type: "redirect", RedirectConfig: { StatusCode: "HTTP_301" } }] };
  const attributes = (values: Record<string, string>) => ({
    Attributes: Object.entries(values).map(([Key, Value]) => ({ Key, Value })),
  });
  const oneZone = [subnetIds.private[0], subnetIds.public[0]];
  const elsewhere = { VpcId: otherVpc, SubnetIds: [otherSubnet], SecurityGroupIds: [otherGroup] };
  const config = "InvalidConfigurationRequestException";

  return [
    {
      call: "ec2 createSecurityGroup",
      right: { GroupName: "refused", Description: "test", VpcId: vpcId },
      wrong: [
        [{ GroupName: "sg-prod" }, "InvalidParameterValue", "format sg-*"],
        [{ GroupName: undefined }, "MissingParameter", "must contain the parameter GroupName"],
        [{ GroupName: "REFUSALS" }, "InvalidGroup.Duplicate", "already exists"],
        [{ Description: "é" }, "InvalidParameterValue", "parameter Description is invalid"],
        [{ VpcId: "vpc-0" }, "InvalidVpcID.NotFound", "vpc-0"],
      ],
    },
    {
      call: "ec2 deleteSecurityGroup",
      right: { GroupId: group },
      wrong: [[{}, "DependencyViolation", "dependent object"]],
      onlyWrong: true,
    },
    {
      call: "ec2 authorizeSecurityGroupIngress",
      right: { GroupId: group, ...ranges("10.0.0.0/8") },
      wrong: [
        [rule({}), "InvalidParameterValue", "a source or destination must be specified"],
        [ranges("10.0.0.1/8"), "InvalidParameterValue", "CIDR block 10.0.0.1/8 is malformed"],
        [ranges("10.0.0.0/8", { FromPort: 9 }), "InvalidParameterValue", "port range (9:2)"],
        [ranges("10.0.0.0/8", { FromPort: undefined }), "MissingParameter", "FromPort"],
        [rule({ PrefixListIds: [{ PrefixListId: "pl-0" }] }), "InvalidPrefixListID.NotFound", "'pl-0' does not exist"],
        [rule({ UserIdGroupPairs: [{ GroupId: "sg-0" }] }), "InvalidGroup.NotFound", "'sg-0' does not exist"],
      ],
    },
    {
      call: "ec2 createVpcEndpoint",
      right: {
        VpcEndpointType: "Interface",
        VpcId: vpcId,
        ServiceName: `com.amazonaws.${region}.ssm`,
        SubnetIds: [subnetIds.private[0]],
        SecurityGroupIds: [group],
        PrivateDnsEnabled: true,
      },
      wrong: [
        [
          { VpcEndpointType: "Outer" },
          "InvalidParameterValue",
          "'vpcEndpointType' failed to satisfy constraint: Member",
        ],
        [{ ServiceName: `com.amazonaws.${region}.none` }, "InvalidServiceName", "does not exist"],
        [{ SubnetIds: [otherSubnet] }, "InvalidParameter", "is not in VPC"],
        [{ SubnetIds: oneZone }, "DuplicateSubnetsInSameZone", "in the availability zone of"],
        [{ SecurityGroupIds: [otherGroup] }, "InvalidParameter", "belong to different networks"],
        [{ RouteTableIds: ["rtb-0"] }, "InvalidParameter", "RouteTableIds is not supported"],
        [{ PolicyDocument: "{" }, "InvalidPolicyDocument", "invalid Json"],
        [elsewhere, "InvalidParameter", "requires both enableDnsSupport and enableDnsHostnames"],
      ],
    },
    {
      call: "ec2 createVpcEndpoint",
      right: { VpcEndpointType: "Interface", VpcId: vpcId, ServiceName: `com.amazonaws.${region}.ssm` },
      wrong: [[{ PrivateDnsEnabled: true }, "InvalidParameter", `conflicting DNS domain for ssm.${region}`]],
    },
    {
      call: "elb createLoadBalancer",
      right: { Name: "refused", Type: "network", Subnets: subnetIds.public, SecurityGroups: [group] },
      wrong: [
        [{ Type: "classic" }, "ValidationError", "enum value set: [application, network, gateway]"],
        [{ Name: "internal-api" }, "ValidationError", "cannot begin with 'internal-'"],
        [{ Name: "a_b" }, "ValidationError", "alphanumeric characters or hyphens"],
        [{ Name: "refusals" }, "DuplicateLoadBalancerNameException", "with the same name 'refusals'"],
        [{ Subnets: oneZone }, config, "multiple subnets in the same Availability Zone"],
        [{ Subnets: [subnetIds.public[0], otherSubnet] }, config, "same VPC"],
        [{ SecurityGroups: ["sg-0"] }, "InvalidSecurityGroupException", "'sg-0' does not exist"],
        [{ SecurityGroups: [otherGroup] }, config, "does not belong to VPC"],
        [
          { IpAddressType: "dualstack" },
          "ValidationError",
          "You must specify subnets with an associated IPv6 CIDR block.",
        ],
      ],
    },
    {
      call: "elb setSubnets",
      right: { LoadBalancerArn: loadBalancer, Subnets: subnetIds.public },
      wrong: [
        [{ Subnets: [subnetIds.private[0]] }, config, "additional subnet from an Availability Zone that is already"],
        [{ Subnets: [...subnetIds.public, subnetIds.private[0]] }, config, "same Availability Zone"],
      ],
    },
    {
      call: "elb setIpAddressType",
      right: { LoadBalancerArn: loadBalancer, IpAddressType: "ipv4" },
      wrong: [[{ IpAddressType: "dualstack" }, "ValidationError", "IPv6 CIDR block"]],
    },
    {
      call: "elb modifyLoadBalancerAttributes",
      right: { LoadBalancerArn: loadBalancer, ...attributes({ "deletion_protection.enabled": "true" }) },
      wrong: [
        [attributes({ "dns_record.client_routing_policy": "near" }), "ValidationError", "'near' is not valid"],
        [
          attributes({ "access_logs.s3.enabled": "true", "access_logs.s3.bucket": "refusals" }),
          config,
          "Access Denied",
        ],
      ],
    },
    {
      call: "elb deleteLoadBalancer",
      right: { LoadBalancerArn: loadBalancer },
      wrong: [[{}, "OperationNotPermittedException", "cannot be deleted because deletion protection is enabled"]],
      onlyWrong: true,
    },
    {
      call: "elb createListener",
      right: {
        LoadBalancerArn: loadBalancer,
        Port: 443,
        Protocol: "TLS",
        SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        Certificates: [{ CertificateArn: certificateArn }],
        ...forward(loneTarget),
      },
      wrong: [
        [{ Port: 80 }, "DuplicateListenerException", "already exists on this port"],
        [{ Port: 70_000 }, "ValidationError", "'port' failed to satisfy constraint: Member must have value less than"],
        [{ SslPolicy: "TLS" }, "SSLPolicyNotFoundException", "'TLS' not found"],
        [{ Certificates: [] }, "ValidationError", "A certificate must be specified"],
        [{ Certificates: [{ CertificateArn: `${certificateArn}0` }] }, "CertificateNotFoundException", "not found"],
        [{ Protocol: "TCP" }, "ValidationError", "cannot be specified for TCP listeners"],
        [redirect, "InvalidLoadBalancerActionException", "'redirect' are not supported"],
        [forward(otherTarget), config, "load balancer's VPC"],
        [forward(`${target}0`), "TargetGroupNotFoundException", "not found"],
      ],
    },
    {
      call: "elb createTargetGroup",
      right: {
        Name: "refused",
        Port: 80,
        Protocol: "TCP",
        VpcId: vpcId,
        HealthCheckProtocol: "HTTP",
        HealthCheckIntervalSeconds: 10,
        HealthCheckTimeoutSeconds: 5,
      },
      wrong: [
        [{ Name: "refusals" }, "DuplicateTargetGroupNameException", "already exists"],
        [{ VpcId: "vpc-0" }, "ValidationError", "vpc-0"],
        [{ HealthCheckPath: "health" }, "ValidationError", "must begin with a '/'"],
        [{ HealthCheckIntervalSeconds: 5 }, "ValidationError", "must be greater than the timeout"],
        [{ HealthCheckIntervalSeconds: 1 }, "ValidationError", "Member must have value greater than or equal to 5"],
        [
          { HealthCheckProtocol: "TCP", Matcher: { HttpCode: "200" } },
          "ValidationError",
          "Matcher cannot be specified",
        ],
      ],
    },
    {
      call: "elb modifyTargetGroupAttributes",
      right: { TargetGroupArn: target, ...attributes({ "preserve_client_ip.enabled": "true" }) },
      wrong: [
        [attributes({ "preserve_client_ip.enabled": "yes" }), "ValidationError", "'true' or 'false'"],
        [attributes({ "deregistration_delay.timeout_seconds": "9999" }), "ValidationError", "'0-3600'"],
      ],
    },
  ];
}
