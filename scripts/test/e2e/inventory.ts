import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeClustersCommand,
  ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import { ListDomainNamesCommand, OpenSearchClient } from "@aws-sdk/client-opensearch";
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { ListHostedZonesCommand, ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** How to reach the emulated account of a scratch checkout. */
export interface Access {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle: true;
}

/** Everything in the account that a deployment could make, as `kind name` lines in order; ids that AWS invents are left out. */
export async function inventory(access: Access): Promise<string[]> {
  const kinds: Record<string, () => Promise<(string | undefined)[]>> = {
    bucket: () => buckets(access),
    cluster: () => ecsClusters(access),
    database: () => databases(access),
    key: () => keys(access),
    loadBalancer: () => loadBalancers(access),
    logGroup: () => logGroups(access),
    record: () => records(access),
    role: () => roles(access),
    scaling: () => scaling(access),
    searchDomain: () => searchDomains(access),
    secret: () => secrets(access),
    securityGroup: () => securityGroups(access),
    taskDefinition: () => taskDefinitions(access),
  };
  const found = await Promise.all(
    Object.entries(kinds).map(async ([kind, list]) => (await list()).map((name) => `${kind} ${name ?? "?"}`)),
  );
  return found.flat().sort();
}

/** The same lines for two accounts: a name that a program leaves to Pulumi ends in seven random digits. */
export function withoutRandom(lines: string[]): string[] {
  return lines.map((line) => line.replace(/-[0-9a-f]{7}$/, "-…")).sort();
}

async function buckets(access: Access): Promise<(string | undefined)[]> {
  const { Buckets = [] } = await new S3Client(access).send(new ListBucketsCommand({}));
  return Buckets.map((bucket) => bucket.Name);
}

async function ecsClusters(access: Access): Promise<string[]> {
  const ecs = new ECSClient(access);
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({}));
  const active = clusters.filter((cluster) => cluster.status === "ACTIVE").map((cluster) => cluster.clusterName ?? "");
  const services = await Promise.all(
    active.map(async (cluster) => (await ecs.send(new ListServicesCommand({ cluster }))).serviceArns ?? []),
  );
  return [...active, ...services.flat().map((arn) => arn.split("/").slice(-2).join("/"))];
}

async function databases(access: Access): Promise<(string | undefined)[]> {
  const rds = new RDSClient(access);
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  const { DBSubnetGroups = [] } = await rds.send(new DescribeDBSubnetGroupsCommand({}));
  return [
    ...DBClusters.map((cluster) => cluster.DBClusterIdentifier),
    ...DBInstances.map((instance) => instance.DBInstanceIdentifier),
    ...DBSubnetGroups.map((group) => group.DBSubnetGroupName),
  ];
}

/** Keys that are not on their way out, by description, with their grants; and aliases. */
async function keys(access: Access): Promise<(string | undefined)[]> {
  const kms = new KMSClient(access);
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const described = await Promise.all(
    Keys.map(async ({ KeyId }) => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      const { Grants = [] } = await kms.send(new ListGrantsCommand({ KeyId }));
      const gone = KeyMetadata?.KeyState === "PendingDeletion";
      return gone ? [] : [KeyMetadata?.Description, ...Grants.map((grant) => `grant ${grant.Name ?? ""}`)];
    }),
  );
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const own = Aliases.filter((alias) => !alias.AliasName?.startsWith("alias/aws/"));
  return [...described.flat(), ...own.map((alias) => alias.AliasName)];
}

async function loadBalancers(access: Access): Promise<(string | undefined)[]> {
  const elb = new ElasticLoadBalancingV2Client(access);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  return [
    ...LoadBalancers.map((balancer) => balancer.LoadBalancerName),
    ...TargetGroups.map((group) => `target ${group.TargetGroupName ?? ""}`),
  ];
}

async function logGroups(access: Access): Promise<(string | undefined)[]> {
  const { logGroups: groups = [] } = await new CloudWatchLogsClient(access).send(new DescribeLogGroupsCommand({}));
  return groups.map((group) => group.logGroupName);
}

async function records(access: Access): Promise<string[]> {
  const route53 = new Route53Client(access);
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}));
  const sets = await Promise.all(
    HostedZones.map(async ({ Id }) => {
      const found = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
      return found.ResourceRecordSets ?? [];
    }),
  );
  return sets.flat().map((record) => `${record.Type ?? ""} ${record.Name ?? ""}`);
}

async function roles(access: Access): Promise<(string | undefined)[]> {
  const { Roles = [] } = await new IAMClient(access).send(new ListRolesCommand({}));
  return Roles.map((role) => role.RoleName);
}

async function scaling(access: Access): Promise<(string | undefined)[]> {
  const client = new ApplicationAutoScalingClient(access);
  const ofEcs = { ServiceNamespace: "ecs" } as const;
  const { ScalableTargets = [] } = await client.send(new DescribeScalableTargetsCommand(ofEcs));
  const { ScalingPolicies = [] } = await client.send(new DescribeScalingPoliciesCommand(ofEcs));
  return [...ScalableTargets.map((target) => target.ResourceId), ...ScalingPolicies.map((policy) => policy.PolicyName)];
}

async function searchDomains(access: Access): Promise<(string | undefined)[]> {
  const { DomainNames = [] } = await new OpenSearchClient(access).send(new ListDomainNamesCommand({}));
  return DomainNames.map((domain) => domain.DomainName);
}

async function secrets(access: Access): Promise<(string | undefined)[]> {
  const { SecretList = [] } = await new SecretsManagerClient(access).send(new ListSecretsCommand({}));
  return SecretList.map((secret) => secret.Name);
}

async function securityGroups(access: Access): Promise<(string | undefined)[]> {
  const ec2 = new EC2Client(access);
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  const name = new Map(SecurityGroups.map((group) => [group.GroupId, group.GroupName]));
  return [
    ...SecurityGroups.map((group) => group.GroupName),
    ...SecurityGroupRules.map((rule) => {
      const way = rule.IsEgress ? "to" : "from";
      const other = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? name.get(rule.ReferencedGroupInfo?.GroupId);
      return `${name.get(rule.GroupId) ?? ""} ${way} ${other ?? ""} ${rule.FromPort ?? ""}`;
    }),
  ];
}

/** Those that aren't deregistered, with their revision. */
async function taskDefinitions(access: Access): Promise<(string | undefined)[]> {
  const { taskDefinitionArns = [] } = await new ECSClient(access).send(
    new ListTaskDefinitionsCommand({ status: "ACTIVE" }),
  );
  return taskDefinitionArns.map((arn) => arn.split("/").at(-1));
}
