import { ConfigOf, flag, list, Rule } from "@selfhosted/common";
import { onlyWith } from "./only-with";

/** VPC endpoints, to run without a way out of the VPC. */
export const endpointsSettings = {
  endpointsEnabled: flag({
    description:
      "Makes the VPC endpoints that the services need where the private subnets have no NAT: S3, ECR, CloudWatch Logs, Secrets " +
      "Manager and KMS. Those that the VPC already has are left alone.",
  }),
  endpointsExtraServices: list({
    description:
      "More services to reach through endpoints: monitoring for metrics, ssmmessages for ECS Exec, email-smtp for mail, kinesis-firehose for logs, sns, " +
      "sts, dynamodb for audit logs, kms-fips for fipsEndpoints; ecs, ecs-agent and ecs-telemetry in regions opened since December 2023.",
    example: "monitoring,ssmmessages",
    pattern:
      /^(monitoring|ssmmessages|email-smtp|kinesis-firehose|sns|sts|dynamodb|kms-fips|ecs|ecs-agent|ecs-telemetry)$/,
    allowed:
      "names among monitoring, ssmmessages, email-smtp, kinesis-firehose, sns, sts, dynamodb, kms-fips, ecs, ecs-agent, ecs-telemetry",
    default: [],
  }),
};

export const endpointsRules: Rule<ConfigOf<typeof endpointsSettings>>[] = [
  onlyWith(endpointsSettings, "endpointsEnabled"),
];
