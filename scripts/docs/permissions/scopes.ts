import type { Part } from "./programs";

/** An account and an installation in it, with whose names the policies are written: their user puts in others. */
const example = {
  partition: "aws",
  account: "111122223333",
  region: "eu-central-1",
  name: "pulumi",
  stack: "prod",
};

const { partition, account, region, name, stack } = example;
const prefix = `${name}-${stack}-*`;

const arn = (service: string, resource: string, location = region): string =>
  `arn:${partition}:${service}:${location}:${account}:${resource}`;

const role = arn("iam", `role/${prefix}`, "");
const linkedRole = arn("iam", "role/aws-service-role/*", "");
const buckets = `arn:${partition}:s3:::${name}-*-${stack}-${account}-*`;

/** What a service's actions may touch: what carries the installation's name, and otherwise what lies in the account and region. */
const scopes: Record<string, string[]> = {
  acm: [arn("acm", "certificate/*")],
  "application-autoscaling": [arn("application-autoscaling", "scalable-target/*")],
  backup: [
    arn("backup", "backup-plan:*"),
    arn("backup", `backup-vault:${prefix}`),
    arn("backup", "recovery-point:*"),
    // What AWS Backup keeps of Aurora and S3.
    arn("rds", "cluster-snapshot:awsbackup:*"),
  ],
  cloudwatch: [arn("cloudwatch", `alarm:${prefix}`), arn("cloudwatch", `alarm:TargetTracking-service/${prefix}`)],
  events: [arn("events", `rule/${prefix}`)],
  ec2: ["route-table", "security-group", "security-group-rule", "subnet", "vpc", "vpc-endpoint"].map((kind) =>
    arn("ec2", `${kind}/*`),
  ),
  ecr: [arn("ecr", "repository/*", "*").replace(account, "*")],
  ecs: [
    arn("ecs", `cluster/${prefix}`),
    arn("ecs", `service/${prefix}/${prefix}`),
    arn("ecs", `task/${prefix}/*`),
    arn("ecs", `task-definition/${prefix}:*`),
  ],
  elasticloadbalancing: [
    arn("elasticloadbalancing", `listener/net/${prefix}`),
    arn("elasticloadbalancing", `loadbalancer/net/${prefix}`),
    arn("elasticloadbalancing", `targetgroup/${prefix}`),
  ],
  es: [arn("es", `domain/${prefix}`)],
  iam: [role],
  // Keys have ids alone, and that for copies lies in another region.
  kms: [arn("kms", `alias/${prefix}`, "*"), arn("kms", "key/*", "*")],
  logs: ["", "/aws/ecs/containerinsights/", "/aws/opensearch/", "/aws/rds/cluster/"].map((folder) =>
    arn("logs", `log-group:${folder}${prefix}`),
  ),
  rds: [
    ...["cluster", "cluster-pg", "db", "es", "subgrp"].map((kind) => arn("rds", `${kind}:${prefix}`)),
    // Snapshots may have any name; the defaults are AWS's own.
    arn("rds", "cluster-snapshot:*"),
    arn("rds", "snapshot:*"),
    arn("rds", "og:default:*"),
    arn("rds", "pg:default.*"),
  ],
  "rds-data": [arn("rds", `cluster:${prefix}`)],
  route53: ["change", "healthcheck", "hostedzone", "queryloggingconfig"].map(
    (kind) => `arn:${partition}:route53:::${kind}/*`,
  ),
  s3: [buckets, `${buckets}/*`],
  secretsmanager: [arn("secretsmanager", `secret:${prefix}`)],
  sns: [arn("sns", prefix)],
  sts: [arn("iam", "role/*", "*").replace(":*:", "::").replace(account, "*")],
};

/** Actions that IAM can't limit to what their service's others touch. */
const exceptions: Record<string, string[]> = {
  "acm:RequestCertificate": ["*"],
  "backup-storage:MountCapsule": ["*"],
  // Dashboards are of an account, not of a region.
  ...Object.fromEntries(
    ["DeleteDashboards", "GetDashboard", "PutDashboard"].map((each) => [
      `cloudwatch:${each}`,
      [arn("cloudwatch", `dashboard/${prefix}`, "")],
    ]),
  ),
  // The installation's load balancers may admit lists of AWS's own too.
  "ec2:GetManagedPrefixListEntries": [arn("ec2", "prefix-list/*"), arn("ec2", "prefix-list/*").replace(account, "aws")],
  "ecr:GetAuthorizationToken": ["*"],
  "ecs:DeregisterTaskDefinition": ["*"],
  "iam:GetAccountSummary": ["*"],
  // A boundary of the account, or of AWS.
  "iam:GetPolicy": [arn("iam", "policy/*", ""), arn("iam", "policy/*", "").replace(account, "aws")],
  // Of the caller, whoever that is.
  "iam:SimulatePrincipalPolicy": [arn("iam", "role/*", ""), arn("iam", "user/*", "")],
  "kms:CreateKey": ["*"],
  "logs:DeleteResourcePolicy": ["*"],
  "logs:PutResourcePolicy": ["*"],
  // Those of `make backup` and `make upgrade`: this can't be undone.
  "rds:DeleteDBClusterSnapshot": [arn("rds", `cluster-snapshot:${prefix}`)],
  "route53:CreateHealthCheck": ["*"],
  "route53:GetCheckerIpRanges": ["*"],
  "s3:TagResource": ["*"],
  "s3:UntagResource": ["*"],
  "servicequotas:GetAWSDefaultServiceQuota": ["*"],
  "servicequotas:GetServiceQuota": ["*"],
  "sns:GetSubscriptionAttributes": ["*"],
  "sns:SetSubscriptionAttributes": ["*"],
  "sns:Unsubscribe": ["*"],
};

/** What these touch, where that isn't named after an installation, or is less than others do. */
const ofPart: Partial<Record<Part, Record<string, string[]>>> = {
  backend: {
    // The caller's own, whose path its identity lacks.
    iam: [arn("iam", "role/*", "")],
    kms: [arn("kms", "alias/pulumi-state"), arn("kms", "key/*")],
    s3: [`arn:${partition}:s3:::pulumi-state-${account}-${region}`],
  },
  images: { ecr: [arn("ecr", "repository/pulumi/*")] },
  rotate: { rds: [arn("rds", `cluster:${prefix}`)] },
};

/** Whether an action only describes things: not what a bucket or a secret holds. */
export function describes(action: string): boolean {
  return /:(Describe|List|GetSecurityGroupsForVpc)/.test(action) && !action.startsWith("s3:ListBucket");
}

/** ARNs of what an action may touch. */
export function resourcesOf(part: Part, action: string): string[] {
  const [service = ""] = action.split(":");
  const found = describes(action) ? ["*"] : (exceptions[action] ?? ofPart[part]?.[service] ?? scopes[service]);
  if (found === undefined) {
    throw new Error(`scripts/docs/permissions/scopes.ts doesn't say what ${action} may touch.`);
  }
  return found;
}

/** A statement of a policy. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const allow = (Sid: string, Action: string[], Resource: string[], Condition?: Statement["Condition"]): Statement => ({
  ...{ Sid, Effect: "Allow", Action, Resource },
  ...(Condition && { Condition }),
});

/** The policies that roles of the installation get, besides what the layers write themselves. */
const attachable: Partial<Record<Part, string[]>> = {
  infrastructure: [
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "service-role/AmazonRDSEnhancedMonitoringRole",
  ].map((policy) => `arn:${partition}:iam::aws:policy/${policy}`),
  // `logRouterPolicyArn` is the customer's.
  application: [arn("iam", `policy/${prefix}`, "")],
};

/** To attach these policies, and no other, to roles of the installation. */
export const attachPolicies = (part: Part): Statement =>
  allow("AttachPolicies", ["iam:AttachRolePolicy"], [role], { ArnLike: { "iam:PolicyARN": attachable[part] ?? [] } });

/** The roles that these services have for themselves, in accounts that lack them. */
export const makeLinkedRoles = (services: string[]): Statement =>
  allow("MakeLinkedRoles", ["iam:CreateServiceLinkedRole"], [linkedRole], {
    StringEquals: { "iam:AWSServiceName": services },
  });

/** Actions that more than their resource limits. */
export const conditional: Record<string, Statement[]> = {
  // `make deploy` makes the one that search needs.
  "iam:CreateServiceLinkedRole": [makeLinkedRoles(["opensearchservice.amazonaws.com"])],
  // https://docs.aws.amazon.com/kms/latest/developerguide/grants.html: services make grants for themselves, with the caller's right.
  "kms:CreateGrant": [
    allow("LetServicesUseKeys", ["kms:CreateGrant"], [arn("kms", "key/*", "*")], {
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    allow("LetOwnRolesUseKeys", ["kms:CreateGrant"], [arn("kms", "key/*", "*")], {
      StringLike: { "kms:GranteePrincipal": role },
    }),
  ],
};

/** The roles of the installation, for these services alone. */
export const passRoles = (services: string[]): Statement =>
  allow("PassOwnRoles", ["iam:PassRole"], [role], { StringEquals: { "iam:PassedToService": services } });

/** The services by way of which a part uses keys, where those aren't all that store something. */
const storing: Partial<Record<Part, string[]>> = { restore: ["s3"], rotate: ["secretsmanager"] };

/** Keys are used only by way of the services that store what they encrypt. */
export const keyUse = ["kms:Decrypt", "kms:GenerateDataKey"];
export const useKeys = (part: Part, actions: string[]): Statement =>
  allow("UseKeysThroughServices", actions, [arn("kms", "key/*", "*")], {
    StringLike: {
      "kms:ViaService": (storing[part] ?? ["backup", "es", "rds", "secretsmanager"]).map(
        (each) => `${each}.*.amazonaws.com`,
      ),
    },
  });
