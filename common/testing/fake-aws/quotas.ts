import type { AwsAnswers } from ".";

/** Nothing is in use yet, of AWS's default quotas. */
export function quotas(): AwsAnswers {
  const value = ({ QuotaCode }: { QuotaCode?: unknown }) => ({
    Quota: { QuotaCode, Value: QuotaCode === "L-3032A538" ? 6 : 100 },
  });
  const ofDatabases = [
    "DBClusters",
    "DBInstances",
    "DBSubnetGroups",
    "DBClusterParameterGroups",
    "ManualClusterSnapshots",
  ];
  return {
    "quotas:GetServiceQuota": value,
    "quotas:GetAWSDefaultServiceQuota": value,
    "rds:DescribeAccountAttributes": () => ({
      AccountQuotas: ofDatabases.map((AccountQuotaName) => ({ AccountQuotaName, Used: 0, Max: 40 })),
    }),
    "iam:GetAccountSummary": () => ({ SummaryMap: { Roles: 20, RolesQuota: 1000 } }),
    "ec2:DescribeNetworkInterfaces": () => ({ NetworkInterfaces: [] }),
    "ecs:ListClusters": () => ({ clusterArns: [] }),
    "elb:DescribeTargetGroups": () => ({ TargetGroups: [] }),
    "s3:ListBuckets": () => ({ Buckets: [] }),
    "search:ListDomainNames": () => ({ DomainNames: [] }),
  };
}
