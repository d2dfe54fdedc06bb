import type * as pulumi from "@pulumi/pulumi";
import { globalArn, type Location, policyDocument, type Statement } from "@selfhosted/common";
import type { WantedEndpoint } from "./endpoints";

export interface EndpointPolicyArgs {
  location: Location;
  /** Accounts, besides the installation's own, whose principals may call through the endpoints. */
  trustedAccountIds: string[];
  /** None of the private subnets has a route out of the VPC. */
  closed: boolean;
}

/**
 * Fargate's own agents call these, with credentials of AWS's accounts; which, AWS doesn't say
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html). They stay open.
 */
const calledByFargate = ["ecs", "ecs-agent", "ecs-telemetry"];

/**
 * The policy of an endpoint: who may use it, whatever the caller's own permissions are. Undefined where it stays open, because the service
 * takes no policy or is called by others than principals of known accounts. What is let through follows AWS's examples
 * (https://github.com/aws-samples/data-perimeter-policy-examples/tree/main/vpc_endpoint_policies), but for the resources: which of them
 * the account's own principals may call, their own policies say, and other tasks of the VPC call others. Strangers' keys are what could
 * carry data out.
 */
export function endpointPolicy(
  { service, takesPolicy }: Pick<WantedEndpoint, "service" | "takesPolicy">,
  args: EndpointPolicyArgs,
): pulumi.Output<string> | undefined {
  return takesPolicy && !calledByFargate.includes(service)
    ? policyDocument([trustedPrincipals(args), awsServices, ...(exceptions[service]?.(args) ?? [])])
    : undefined;
}

function trustedPrincipals({ location, trustedAccountIds }: EndpointPolicyArgs): Statement {
  return {
    sid: "TrustedPrincipals",
    principals: "*",
    actions: ["*"],
    resources: "*",
    conditions: { StringEquals: { "aws:PrincipalAccount": [location.accountId, ...trustedAccountIds] } },
  };
}

/** AWS's services themselves, which have no account: they call where an installation's own call has them act for it. */
const awsServices: Statement = {
  sid: "AwsServices",
  principals: "*",
  actions: ["*"],
  resources: "*",
  conditions: { Bool: { "aws:PrincipalIsAWSService": "true" } },
};

/** Calls that principals of other accounts, or none, make in the installation's favour. */
const exceptions: Record<string, (args: EndpointPolicyArgs) => Statement[]> = {
  // AWS signs the URLs of ECR's layers itself. Where there is NAT, layers of other registries and packages lie in S3 too, in
  // buckets that nobody lists, and the endpoint catches those downloads as well.
  s3: ({ location, closed }) => [
    {
      sid: closed ? "ImageLayers" : "Downloads",
      principals: "*",
      actions: ["s3:GetObject"],
      resources: closed
        ? globalArn(location.partition, "s3", `prod-${location.region}-starport-layer-bucket/*`)
        : globalArn(location.partition, "s3", "*/*"),
    },
  ],
  // Who takes on a role by OIDC or SAML has no account before.
  sts: () => [
    {
      sid: "Federation",
      principals: "*",
      actions: ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"],
      resources: "*",
    },
  ],
};
