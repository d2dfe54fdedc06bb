import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { OpenSearch } from "@aws-sdk/client-opensearch";
import { RDS } from "@aws-sdk/client-rds";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";

/** How to reach the emulated account of a scratch checkout. */
export interface Access {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle: true;
}

/** What AWS names each thing that it lists. */
type Names = (string | undefined)[];

const kinds: Record<string, (access: Access) => Promise<Names>> = {
  async alarm(access) {
    const cloudwatch = new CloudWatch(access);
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.describeAlarms({
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    });
    const { DashboardEntries = [] } = await cloudwatch.listDashboards({});
    const names = [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
    return [
      // Those of scaling policies are AWS's own, with other names each time.
      ...names.filter((name) => !name?.startsWith("TargetTracking-")),
      ...DashboardEntries.map(({ DashboardName }) => `dashboard ${DashboardName}`),
    ];
  },

  async bucket(access) {
    const { Buckets = [] } = await new S3(access).listBuckets({});
    return Buckets.map(({ Name }) => Name);
  },

  async cluster(access) {
    const ecs = new ECS(access);
    const { clusters = [] } = await ecs.describeClusters({});
    const active = clusters.filter(({ status }) => status === "ACTIVE").map(({ clusterName = "" }) => clusterName);
    const services = active.map(async (cluster) => (await ecs.listServices({ cluster })).serviceArns ?? []);
    const arns = (await Promise.all(services)).flat();
    return [...active, ...arns.map((arn) => arn.split("/").slice(-2).join("/"))];
  },

  async database(access) {
    const rds = new RDS(access);
    const { DBClusters = [] } = await rds.describeDBClusters({});
    const { DBInstances = [] } = await rds.describeDBInstances({});
    const { DBSubnetGroups = [] } = await rds.describeDBSubnetGroups({});
    const { EventSubscriptionsList = [] } = await rds.describeEventSubscriptions({});
    return [
      ...DBClusters.map((cluster) => cluster.DBClusterIdentifier),
      ...DBInstances.map((instance) => instance.DBInstanceIdentifier),
      ...DBSubnetGroups.map((group) => group.DBSubnetGroupName),
      ...EventSubscriptionsList.map(({ CustSubscriptionId }) => `events ${CustSubscriptionId}`),
    ];
  },

  /** Keys that are not on their way out, by description, with their grants; and aliases. */
  async key(access) {
    const kms = new KMS(access);
    const { Keys = [] } = await kms.listKeys({});
    const described = await Promise.all(
      Keys.map(async ({ KeyId }) => {
        const { KeyMetadata } = await kms.describeKey({ KeyId });
        const { Grants = [] } = await kms.listGrants({ KeyId });
        const gone = KeyMetadata?.KeyState === "PendingDeletion";
        return gone ? [] : [KeyMetadata?.Description, ...Grants.map((grant) => `grant ${grant.Name ?? ""}`)];
      }),
    );
    const { Aliases = [] } = await kms.listAliases({});
    const own = Aliases.filter((alias) => !alias.AliasName?.startsWith("alias/aws/"));
    return [...described.flat(), ...own.map((alias) => alias.AliasName)];
  },

  /** What is counted in logs. */
  async logFilter(access) {
    const { metricFilters = [] } = await new CloudWatchLogs(access).describeMetricFilters({});
    return metricFilters.map(({ filterName }) => filterName);
  },

  async loadBalancer(access) {
    const elb = new ElasticLoadBalancingV2(access);
    const { LoadBalancers = [] } = await elb.describeLoadBalancers({});
    const { TargetGroups = [] } = await elb.describeTargetGroups({});
    const listeners = LoadBalancers.map(async ({ LoadBalancerArn, LoadBalancerName }) => {
      const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn });
      return Listeners.map(({ Port }) => `listener ${LoadBalancerName} ${Port}`);
    });
    return [
      ...LoadBalancers.map((balancer) => balancer.LoadBalancerName),
      ...TargetGroups.map((group) => `target ${group.TargetGroupName ?? ""}`),
      ...(await Promise.all(listeners)).flat(),
    ];
  },

  async logGroup(access) {
    const { logGroups = [] } = await new CloudWatchLogs(access).describeLogGroups({});
    return logGroups.map((group) => group.logGroupName);
  },

  async record(access) {
    const route53 = new Route53(access);
    const { HostedZones = [] } = await route53.listHostedZones({});
    const { HealthChecks = [] } = await route53.listHealthChecks({});
    const sets = await Promise.all(
      HostedZones.map(async ({ Id }) => {
        const { ResourceRecordSets = [] } = await route53.listResourceRecordSets({ HostedZoneId: Id });
        return ResourceRecordSets.map((record) => `${record.Type ?? ""} ${record.Name ?? ""}`);
      }),
    );
    return [
      ...sets.flat(),
      ...HealthChecks.map((check) => `health ${check.HealthCheckConfig?.FullyQualifiedDomainName}`),
    ];
  },

  async role(access) {
    const iam = new IAM(access);
    const { Roles = [] } = await iam.listRoles({});
    const policies = Roles.map(async ({ RoleName = "" }) => {
      const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
      const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
      const names = [...PolicyNames, ...AttachedPolicies.map(({ PolicyName }) => PolicyName)];
      return [RoleName, ...names.map((name) => `${RoleName} may ${name}`)];
    });
    return (await Promise.all(policies)).flat();
  },

  /** Of EventBridge, with their targets. */
  async rule(access) {
    const events = new EventBridge(access);
    const { Rules = [] } = await events.listRules({});
    const targets = Rules.map(async ({ Name = "" }) => {
      const { Targets = [] } = await events.listTargetsByRule({ Rule: Name });
      return [Name, ...Targets.map(({ Arn }) => `${Name} to ${Arn}`)];
    });
    return (await Promise.all(targets)).flat();
  },

  async scaling(access) {
    const client = new ApplicationAutoScaling(access);
    const ofEcs = { ServiceNamespace: "ecs" } as const;
    const { ScalableTargets = [] } = await client.describeScalableTargets(ofEcs);
    const { ScalingPolicies = [] } = await client.describeScalingPolicies(ofEcs);
    return [
      ...ScalableTargets.map((target) => target.ResourceId),
      ...ScalingPolicies.map((policy) => policy.PolicyName),
    ];
  },

  async searchDomain(access) {
    const { DomainNames = [] } = await new OpenSearch(access).listDomainNames({});
    return DomainNames.map((domain) => domain.DomainName);
  },

  async secret(access) {
    const { SecretList = [] } = await new SecretsManager(access).listSecrets({});
    return SecretList.map((secret) => secret.Name);
  },

  async securityGroup(access) {
    const ec2 = new EC2(access);
    const { SecurityGroups = [] } = await ec2.describeSecurityGroups({});
    const { SecurityGroupRules = [] } = await ec2.describeSecurityGroupRules({});
    const name = new Map(SecurityGroups.map((group) => [group.GroupId, group.GroupName]));
    return [
      ...SecurityGroups.map((group) => group.GroupName),
      ...SecurityGroupRules.map((rule) => {
        const way = rule.IsEgress ? "to" : "from";
        const other =
          rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? name.get(rule.ReferencedGroupInfo?.GroupId);
        return `${name.get(rule.GroupId) ?? ""} ${way} ${other ?? ""} ${rule.FromPort ?? ""}`;
      }),
    ];
  },

  /** Those that somebody took; AWS deletes its own with the cluster. */
  async snapshot(access) {
    const { DBClusterSnapshots = [] } = await new RDS(access).describeDBClusterSnapshots({ SnapshotType: "manual" });
    return DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier: id }) => id?.replace(/\d{14}$/, "…"));
  },

  /** Those that aren't deregistered, with their revision. */
  async taskDefinition(access) {
    const { taskDefinitionArns = [] } = await new ECS(access).listTaskDefinitions({ status: "ACTIVE" });
    return taskDefinitionArns.map((arn) => arn.split("/").at(-1));
  },

  async topic(access) {
    const sns = new SNS(access);
    const { Topics = [] } = await sns.listTopics({});
    const { Subscriptions = [] } = await sns.listSubscriptions({});
    return [...Topics.map(({ TopicArn }) => TopicArn), ...Subscriptions.map(({ Endpoint }) => `to ${Endpoint}`)];
  },
};

/** Everything in the account that a deployment could make, as `kind name` lines in order; ids that AWS invents are left out. */
export async function inventory(access: Access): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(kinds).map(async ([kind, list]) => (await list(access)).map((name) => `${kind} ${name ?? "?"}`)),
  );
  return found.flat().sort();
}

/** The same lines for two accounts: a name that a program leaves to Pulumi ends in seven random digits. */
export function withoutRandom(lines: string[]): string[] {
  return lines.map((line) => line.replace(/-[0-9a-f]{7}\b/g, "-…")).sort();
}
