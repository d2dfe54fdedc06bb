import { allPages, type AwsClients } from "@selfhosted/common";
import type { CheckResult } from "../report";
import type { Decisions, Request } from "./permissions";
import type { Place, Plan } from "./plan";

/** A service that acts in the account by a role of its own, which AWS makes with the rights of whoever first needs it. */
interface LinkedRole {
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
  service: string;
  name: string;
  /** The first resource of this type needs the role: where a stack holds one, there is the role too. */
  neededFor: string;
  isNeeded?: (plan: Plan) => boolean;
}

const linkedRoles: LinkedRole[] = [
  { service: "ecs.amazonaws.com", name: "AWSServiceRoleForECS", neededFor: "aws:ecs/cluster:Cluster" },
  {
    service: "ecs.application-autoscaling.amazonaws.com",
    name: "AWSServiceRoleForApplicationAutoScaling_ECSService",
    neededFor: "aws:appautoscaling/target:Target",
  },
  {
    service: "elasticloadbalancing.amazonaws.com",
    name: "AWSServiceRoleForElasticLoadBalancing",
    neededFor: "aws:lb/loadBalancer:LoadBalancer",
  },
  { service: "rds.amazonaws.com", name: "AWSServiceRoleForRDS", neededFor: "aws:rds/cluster:Cluster" },
  {
    service: "opensearchservice.amazonaws.com",
    name: "AWSServiceRoleForAmazonOpenSearchService",
    neededFor: "aws:opensearch/domain:Domain",
    isNeeded: ({ infrastructure }) => infrastructure.searchEnabled,
  },
  {
    service: "backup.amazonaws.com",
    name: "AWSServiceRoleForBackup",
    neededFor: "aws:backup/selection:Selection",
    isNeeded: ({ infrastructure }) => infrastructure.backupEnabled,
  },
];

/** The roles that a deployment needs, and which the account lacks. */
export async function missingLinkedRoles(iam: AwsClients["iam"], plan: Plan): Promise<LinkedRole[]> {
  const needed = linkedRoles.filter(
    ({ neededFor, isNeeded }) => plan.held(neededFor) === 0 && (isNeeded?.(plan) ?? true),
  );
  if (needed.length === 0) {
    return [];
  }
  const roles = await allPages(async (Marker) => {
    const page = await iam.listRoles({ PathPrefix: "/aws-service-role/", MaxItems: 1000, Marker });
    return { items: page.Roles, next: page.IsTruncated ? page.Marker : undefined };
  });
  return needed.filter(({ name }) => roles.every(({ RoleName }) => RoleName !== name));
}

/** To make a service's own role. */
export function creationOf({ service, name }: LinkedRole, { location: { partition, accountId } }: Place): Request {
  return {
    actions: { infrastructure: ["iam:CreateServiceLinkedRole"] },
    resources: [`arn:${partition}:iam::${accountId}:role/aws-service-role/${service}/${name}`],
    context: [{ ContextKeyName: "iam:AWSServiceName", ContextKeyValues: [service], ContextKeyType: "string" }],
  };
}

/** Each role is there, or the caller may have AWS make it. */
export function checkLinkedRoles(missing: (readonly [LinkedRole, Decisions])[]): CheckResult {
  const name = "service-linked roles";
  const isAllowed = ([, decisions]: readonly [LinkedRole, Decisions]): boolean =>
    decisions.get("iam:CreateServiceLinkedRole") === "allowed";
  const refused = missing.filter((each) => !isAllowed(each)).map(([role]) => role);
  if (refused.length === 0) {
    const names = missing.map(([role]) => role.name).join(", ");
    return { name, verdict: "ok", detail: names === "" ? "all are there" : `AWS makes ${names} with the first use` };
  }
  return {
    name,
    verdict: "warn",
    detail:
      `the account lacks ${refused.map((role) => role.name).join(", ")}, and the caller isn't allowed iam:CreateServiceLinkedRole, with ` +
      "which AWS makes them on first use",
    fix: `once for the account: ${refused.map(({ service }) => `aws iam create-service-linked-role --aws-service-name ${service}`).join(" && ")}`,
  };
}
