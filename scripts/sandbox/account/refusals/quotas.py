"""What the account has no more of."""

from quotas import RDS_QUOTAS, rds_usage
from refusals.rules import refuses

API = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_{}.html"
# Operations, what they count towards, and AWS's code.
LIMITED = [
    ("CreateDBCluster RestoreDBClusterFromSnapshot", "DBClusters", "DBClusterQuotaExceededFault"),
    ("CreateDBInstance", "DBInstances", "InstanceQuotaExceeded"),
    ("CreateDBClusterSnapshot", "ManualClusterSnapshots", "SnapshotQuotaExceeded"),
    ("CreateDBSubnetGroup", "DBSubnetGroups", "DBSubnetGroupQuotaExceeded"),
    ("CreateDBClusterParameterGroup", "DBClusterParameterGroups", "DBParameterGroupQuotaExceeded"),
]


def quota_rule(operations, name, code):
    @refuses("rds", operations, API.format(operations.split()[0]))
    def is_left(request, account):
        most, used = RDS_QUOTAS[name][0], rds_usage(account("rds"))[name]
        if used >= most:
            return code, f"The quota of {most} {name} is exceeded."


for row in LIMITED:
    quota_rule(*row)
