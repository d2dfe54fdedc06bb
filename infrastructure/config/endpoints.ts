import { accountId, type ConfigOf, flag, list, oneOf, onlyWith, type Rule } from "@selfhosted/common";
import type { InstallationConfig } from "./installation";

/** What Fargate, the API and the console call; with these they need no route out of the VPC. */
export const baseServices = ["s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"];
const extraServices = [
  ...["monitoring", "ssm", "ssmmessages", "email-smtp", "kinesis-firehose", "sns", "sts", "dynamodb", "kms-fips"],
  ...["ecs", "ecs-agent", "ecs-telemetry"],
];

/** VPC endpoints, to run without a route out of the VPC. */
export const endpointsSettings = {
  endpointsEnabled: flag({
    description:
      "Makes the VPC endpoints that the services need where the private subnets have no NAT: S3, ECR, CloudWatch Logs, Secrets " +
      "Manager and KMS. Those that the VPC already has are left alone.",
  }),
  endpointsExtraServices: list({
    description:
      "More services to reach through endpoints: monitoring for metrics, ssmmessages for ECS Exec, email-smtp for mail, kinesis-firehose for logs, sns, " +
      "sts, dynamodb for audit logs, kms-fips for fipsEndpoints; ecs, ecs-agent and ecs-telemetry in regions opened since December 2023. " +
      "ssm is for your own use: the control EC2.57 asks for it.",
    example: "monitoring,ssmmessages",
    shape: oneOf(extraServices),
    default: [],
  }),
  endpointsTrustedAccountIds: list({
    description:
      "Other AWS accounts whose principals may call through the endpoints, which else serve the installation's own account alone. " +
      "They are those whose secrets Pulumi ESC reads, or whose workloads share the private subnets.",
    example: "444455556666",
    shape: { ...accountId, allowed: "ids of AWS accounts, 12 digits each" },
    default: [],
  }),
  endpointsElsewhere: list({
    description:
      "Services that the private subnets reach in a way that their VPC doesn't show: an endpoint by a private hosted zone, one of several " +
      "endpoints for the service, or a default route that a virtual private gateway propagates. For these no endpoint is made or checked.",
    example: "kms,logs",
    shape: {
      ...oneOf([...baseServices, ...extraServices]),
      allowed: `names among ${baseServices.join(", ")}, and those of endpointsExtraServices`,
    },
    default: [],
  }),
};

type Config = ConfigOf<typeof endpointsSettings>;

const madeOrElsewhere: Rule<Config> = ({ endpointsExtraServices, endpointsElsewhere }) => {
  const both = endpointsExtraServices.filter((service) => endpointsElsewhere.includes(service));
  const reason = `found ${both.join(", ")}, which endpointsElsewhere names too: for these no endpoint is made`;
  return both.length > 0 && { key: "endpointsExtraServices", reason };
};

const trustsOthers: Rule<Config & Pick<InstallationConfig, "accountId">> = ({
  accountId: own,
  endpointsTrustedAccountIds: trusted,
}) => {
  const reason = `found ${own}, the installation's own account, which the endpoints serve anyway`;
  return own !== undefined && trusted.includes(own) && { key: "endpointsTrustedAccountIds", reason };
};

export const endpointsRules: Rule<Config & Pick<InstallationConfig, "accountId">>[] = [
  onlyWith(["endpointsExtraServices", "endpointsTrustedAccountIds"], "endpointsEnabled"),
  madeOrElsewhere,
  trustsOthers,
];
