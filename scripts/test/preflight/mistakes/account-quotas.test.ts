import { type AwsAnswers, awsError } from "@selfhosted/common/testing";
import { lacks, many, throwIfInvalid, withQuota } from "./lacks";

const ofDatabases = (name: string, Used: number, Max: number): Partial<AwsAnswers> => ({
  "rds:DescribeAccountAttributes": () => ({
    AccountQuotas: [
      "DBClusters",
      "DBInstances",
      "DBSubnetGroups",
      "DBClusterParameterGroups",
      "ManualClusterSnapshots",
    ].map((AccountQuotaName) => ({
      AccountQuotaName,
      ...(AccountQuotaName === name ? { Used, Max } : { Used: 0, Max: 40 }),
    })),
  }),
});
const raise = (service: string, code: string, value: number): RegExp =>
  new RegExp(`increase --service-code ${service} --quota-code ${code} --desired-value ${value}\\b`);

lacks("quotas", [
  [
    "too few target groups",
    {},
    {
      "elb:DescribeAccountLimits": () => ({ Limits: [{ Name: "target-groups", Max: "3" }] }),
      "elb:DescribeTargetGroups": () => ({ TargetGroups: many(2) }),
    },
    {
      ...{ name: "quota of target groups", verdict: "fail" },
      ...{ says: /2 needed, 2 of 3 in use: 1 too many/, fix: raise("elasticloadbalancing", "L-B22855CB", 4) },
    },
  ],
  [
    "too few security groups",
    {},
    { ...withQuota("L-E79EC296", 8), "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: many(5) }) },
    {
      ...{ name: "quota of security groups", verdict: "fail" },
      ...{ says: /6 needed, 5 of 8 in use/, fix: raise("vpc", "L-E79EC296", 11) },
    },
  ],
  [
    "too few network interfaces",
    {},
    { ...withQuota("L-DF5E4CA3", 10), "ec2:DescribeNetworkInterfaces": () => ({ NetworkInterfaces: many(9) }) },
    {
      ...{ name: "quota of network interfaces", verdict: "warn" },
      ...{ says: /9 of 10 in use/, fix: /L-DF5E4CA3/ },
    },
  ],
  [
    "too few endpoints",
    { infrastructure: { endpointsEnabled: true } },
    {
      ...withQuota("L-29B6F2EB", 50),
      "ec2:DescribeVpcEndpoints": () => ({ VpcEndpoints: many(47) }),
    },
    {
      ...{ name: "quota of interface endpoints of the VPC", verdict: "warn" },
      ...{ says: /5 needed, 47 of 50 in use/, fix: raise("vpc", "L-29B6F2EB", 52) },
    },
  ],
  [
    "too little Fargate for large tasks, in a new account",
    { infrastructure: { size: "large" } },
    withQuota("L-3032A538", 6),
    {
      ...{ name: "quota of Fargate vCPU", verdict: "fail" },
      ...{ says: /15 needed, 0 of 6 in use: 9 too many/, fix: raise("fargate", "L-3032A538", 30) },
    },
  ],
  [
    "too little Fargate beside what runs already",
    {},
    {
      ...withQuota("L-3032A538", 6),
      "ecs:ListClusters": () => ({ clusterArns: ["other"] }),
      "ecs:ListTasks": () => ({ taskArns: ["1", "2"] }),
      "ecs:DescribeTasks": () => ({ tasks: [{ cpu: "4096" }, { cpu: "4096", capacityProviderName: "FARGATE_SPOT" }] }),
    },
    {
      ...{ name: "quota of Fargate vCPU", verdict: "fail" },
      ...{ says: /2\.5 needed, 4 of 6 in use: 0\.5 too many/, fix: raise("fargate", "L-3032A538", 9) },
    },
  ],
  [
    "too little Fargate for a roll, in which twice as many tasks run",
    {},
    withQuota("L-3032A538", 4),
    {
      ...{ name: "quota of Fargate vCPU", verdict: "warn" },
      ...{ says: /2\.5 needed.*for a while it takes 5, 1 too many/, fix: raise("fargate", "L-3032A538", 5) },
    },
  ],
  [
    "no DB cluster left",
    {},
    ofDatabases("DBClusters", 40, 40),
    {
      ...{ name: "quota of DB clusters", verdict: "fail" },
      ...{ says: /1 needed, 40 of 40/, fix: raise("rds", "L-952B80B8", 41) },
    },
  ],
  [
    "too few DB instances",
    {},
    ofDatabases("DBInstances", 39, 40),
    {
      ...{ name: "quota of DB instances", verdict: "fail" },
      ...{ says: /2 needed, 39 of 40/, fix: raise("rds", "L-7B6409FD", 41) },
    },
  ],
  [
    "no DB subnet group left",
    {},
    ofDatabases("DBSubnetGroups", 50, 50),
    { ...{ name: "quota of DB subnet groups", verdict: "fail" }, ...{ says: /50 of 50/, fix: /L-48C6BF61/ } },
  ],
  [
    "no parameter group left",
    {},
    ofDatabases("DBClusterParameterGroups", 50, 50),
    {
      ...{ name: "quota of DB cluster parameter groups", verdict: "fail" },
      ...{ says: /50 of 50/, fix: /L-E4C808A8/ },
    },
  ],
  [
    "no snapshot left for an upgrade",
    {},
    ofDatabases("ManualClusterSnapshots", 100, 100),
    {
      ...{ name: "quota of manual DB cluster snapshots", verdict: "warn" },
      ...{ says: /100 of 100 in use; for a while it takes 1/, fix: /delete some.*L-9B510759/ },
    },
  ],
  [
    "too few roles",
    {},
    { "iam:GetAccountSummary": () => ({ SummaryMap: { Roles: 997, RolesQuota: 1000 } }) },
    {
      ...{ name: "quota of IAM roles", verdict: "fail" },
      ...{ says: /5 needed, 997 of 1000/, fix: /L-FE177D64.*--region us-east-1/ },
    },
  ],
  [
    "too few buckets",
    {},
    { ...withQuota("L-DC2B2D3D", 100), "s3:ListBuckets": () => ({ Buckets: many(96) }) },
    {
      ...{ name: "quota of S3 buckets", verdict: "fail" },
      ...{ says: /5 needed, 96 of 100/, fix: raise("s3", "L-DC2B2D3D", 101) },
    },
  ],
  [
    "no search domain left, where the account has AWS's default",
    { infrastructure: { searchEnabled: true } },
    {
      "quotas:GetServiceQuota": () => throwIfInvalid(awsError("NoSuchResourceException", "not applied")),
      "search:ListDomainNames": () => ({ DomainNames: many(100) }),
    },
    {
      ...{ name: "quota of search domains", verdict: "fail" },
      ...{ says: /1 needed, 100 of 100/, fix: raise("es", "L-076D529E", 101) },
    },
  ],
]);
