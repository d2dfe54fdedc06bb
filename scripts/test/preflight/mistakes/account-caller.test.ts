import { accountId, type AwsAnswers, subnetIds } from "@selfhosted/common/testing";
import { deciding, type Lack, lacks } from "./lacks";

const withFreeAddresses = (free: number): Partial<AwsAnswers> => ({
  "ec2:DescribeSubnets": () => ({
    Subnets: subnetIds.private.map((SubnetId, index) => ({
      SubnetId,
      AvailabilityZone: `eu-central-1${"abc"[index] ?? ""}`,
      AvailableIpAddressCount: free,
    })),
  }),
});

lacks("addresses", [
  [
    "subnets too small for all tasks while they roll",
    { application: { apiMaxTasks: 100 } },
    withFreeAddresses(50),
    {
      ...{ name: "addresses for tasks", verdict: "warn" },
      ...{ says: /108 tasks at most take 216 addresses while they roll/, fix: /apiMaxTasks/ },
    },
  ],
  [
    "subnets too small for internal load balancers",
    { application: { internal: true } },
    withFreeAddresses(8),
    {
      ...{ name: "addresses for load balancers", verdict: "fail" },
      ...{
        says: /only in subnets where 9 addresses are free; found subnet-\w+ \(8\)/,
        fix: /privateSubnetIds/,
      },
    },
  ],
]);

const allowedBut = (refused: RegExp, decision = "implicitDeny"): Partial<AwsAnswers> =>
  deciding((action) => (refused.test(action) ? decision : "allowed"));

lacks("the caller", [
  [
    "the root user",
    {},
    { "sts:GetCallerIdentity": () => ({ Account: accountId, Arn: `arn:aws:iam::${accountId}:root` }) },
    { ...{ name: "caller", verdict: "warn" }, ...{ says: /root user/, fix: /scripts\/permissions/ } },
  ],
  ...(["infrastructure", "application", "dns"] as const).map((layer): Lack => {
    const action = { infrastructure: "rds:CreateDBCluster", application: "ecs:CreateService", dns: "route53:Change" }[
      layer
    ];
    return [
      `a caller who isn't allowed what ${layer}/ needs`,
      {},
      allowedBut(new RegExp(action)),
      {
        ...{ name: `permissions for ${layer}`, verdict: "warn" },
        ...{ says: new RegExp(`user/operator isn't allowed ${action}`), fix: new RegExp(`permissions/${layer}-\\*`) },
      },
    ];
  }),
  [
    "a policy that forbids something",
    {},
    allowedBut(/^iam:CreateRole$/, "explicitDeny"),
    {
      ...{ name: "permissions for infrastructure", verdict: "warn" },
      ...{ says: /a policy forbids .*user\/operator iam:CreateRole$/, fix: /explicit deny lifted/ },
    },
  ],
  [
    "service-linked roles that nobody here may have made",
    { infrastructure: { searchEnabled: true, backupEnabled: true } },
    allowedBut(/^iam:CreateServiceLinkedRole$/),
    {
      ...{ name: "service-linked roles", verdict: "warn" },
      ...{
        says: /lacks AWSServiceRoleForECS, .*AWSServiceRoleForBackup/,
        fix: /create-service-linked-role --aws-service-name ecs\.amazonaws\.com && /,
      },
    },
  ],
]);
