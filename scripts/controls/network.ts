import { among, each, type Group } from "./control";

const group = "aws:ec2/securityGroup:SecurityGroup";
const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
const everywhere = ["0.0.0.0/0", "::/0"];

/** The interface endpoints that AWS asks for: EC2.55, EC2.56 and EC2.57. */
const asked = ["ecr.api", "ecr.dkr", "ssm"];

export const network: Group = {
  title: "Network",
  controls: [
    {
      id: "EC2.13/14/18/19",
      title: "nothing open to the world but port 443",
      absent: "no rules of security groups are made",
      looks: [
        each("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", (rule) => {
          const isOpen = everywhere.includes(rule.cidrIpv4 ?? rule.cidrIpv6 ?? "");
          const ports = rule.ipProtocol === "-1" ? "every port" : `${rule.fromPort} to ${rule.toPort}`;
          return isOpen && !(rule.fromPort === 443 && rule.toPort === 443) && `opens ${ports} to the world`;
        }),
      ],
    },
    {
      id: "SecurityGroupRules",
      title: "rules of a group managed in one way",
      absent: "no security groups are made",
      looks: [
        each(
          group,
          ({ ingress = [], egress = [] }) =>
            ingress.length + egress.length > 0 && "has rules of its own, which take away those that are resources",
        ),
      ],
    },
    {
      id: "EC2.55/56/57",
      title: "interface endpoints for ECR and Systems Manager",
      absent: "the VPC is the customer's, and has its own; endpointsEnabled makes those that it lacks",
      looks: [
        among(
          "aws:ec2/vpcEndpoint:VpcEndpoint",
          ({ vpcId }, all) => {
            const there = all.ofType(endpoint).filter(({ inputs }) => inputs.vpcId === vpcId);
            const missing = asked.filter(
              (service) => !there.some(({ inputs }) => inputs.serviceName?.endsWith(`.${service}`)),
            );
            return missing.length > 0 && `there is none for ${missing.join(", ")}: endpointsExtraServices`;
          },
          ({ inputs }) => inputs.serviceName?.endsWith(".ecr.api") ?? false,
        ),
      ],
    },
    {
      id: "Route53.2",
      title: "queries of the zone logged",
      absent: "no records are made",
      option: { layer: "dns", settings: ["queryLogGroupArn"] },
      looks: [
        among("aws:route53/record:Record", ({ zoneId }, all) => {
          const logs = all.ofType("aws:route53/queryLog:QueryLog");
          return !logs.some(({ inputs }) => inputs.zoneId === zoneId) && "the queries of its zone aren't logged";
        }),
      ],
    },
    {
      id: "ACM.1",
      title: "certificate renews by itself",
      absent: "the certificate is the customer's, unless certificateZoneId has one made",
      looks: [
        each(
          "aws:acm/certificate:Certificate",
          ({ validationMethod: by = "none" }) => by !== "DNS" && `is validated by ${by}`,
        ),
      ],
    },
  ],
};
