"""RDS, of which only Aurora is looked at closely."""

import re

from rds import DATABASE_VERSIONS
from refusals.rules import refuses

API = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_{}.html"
CLUSTER = API.format("CreateDBCluster")
INSTANCE = API.format("CreateDBInstance")
ZONES = "https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/821"
CREATE, RESTORE, MODIFY = "CreateDBCluster", "RestoreDBClusterFromSnapshot", "ModifyDBCluster"
MADE = f"{CREATE} {RESTORE}"
ALL = f"{CREATE} {RESTORE} {MODIFY}"
VALUE, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"


@refuses("rds", ALL, CLUSTER)
def engine_version(request, account):
    version = request.get("EngineVersion")
    if request.get("Engine", "aurora-mysql") == "aurora-mysql" and version and version not in ("8.0", *DATABASE_VERSIONS):
        return COMBINATION, f"Cannot find version {version} for aurora-mysql"


@refuses("rds", CREATE, CLUSTER)
def credentials(request, account):
    password, managed = request.get("MasterUserPassword"), request.get("ManageMasterUserPassword")
    if password and managed:
        return COMBINATION, "You can't specify MasterUserPassword and ManageMasterUserPassword."
    if "ReplicationSourceIdentifier" not in request and "GlobalClusterIdentifier" not in request:
        for name, value in (("MasterUsername", request.get("MasterUsername")), ("MasterUserPassword", password or managed)):
            if not value:
                return VALUE, f"The parameter {name} must be provided and must not be blank."


@refuses("rds", ALL, API.format("ServerlessV2ScalingConfiguration"))
def serverless_capacity(request, account):
    config = request.get("ServerlessV2ScalingConfiguration")
    if config:
        least, most = config.get("MinCapacity", 0.5), config.get("MaxCapacity", 1)
        if not 0 <= least <= most or not 1 <= most <= 256 or any(each % 0.5 for each in (least, most)):
            words = "They count in half units, from 0 to 256, the minimum not above the maximum."
            return VALUE, f"Serverless v2 capacity isn't valid: MinCapacity {least}, MaxCapacity {most}. {words}"


@refuses("rds", ALL, CLUSTER)
def advanced_insights(request, account):
    is_enough = request.get("EnablePerformanceInsights") and request.get("PerformanceInsightsRetentionPeriod", 0) >= 465
    if request.get("DatabaseInsightsMode") == "advanced" and not is_enough:
        words = "you must set EnablePerformanceInsights to True and set PerformanceInsightsRetentionPeriod to at least 465"
        return COMBINATION, f"To set the value of DatabaseInsightsMode to Advanced, {words}"


@refuses("rds", MADE, CLUSTER)
def key_of_unencrypted_storage(request, account):
    if request.get("KmsKeyId") and request.get("StorageEncrypted") is False:
        return COMBINATION, "You can't specify KmsKeyId for storage that isn't encrypted."


@refuses("rds", f"{ALL} CreateDBInstance ModifyDBInstance", INSTANCE)
def monitoring_role(request, account):
    if request.get("MonitoringInterval") and not request.get("MonitoringRoleArn"):
        words = "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
        return COMBINATION, words


@refuses("rds", ALL, CLUSTER)
def security_groups(request, account):
    group = account("rds").subnet_groups.get(request.get("DBSubnetGroupName", ""))
    for name, held in account.groups(request.get("VpcSecurityGroupIds")).items():
        if held is None:
            return VALUE, f"Invalid security group , groupId= {name}, groupName=."
        if group and held.vpc_id != group.vpc_id:
            words = f"The DB instance is in {group.vpc_id} and the EC2 security group is in {held.vpc_id}"
            return COMBINATION, f"The DB instance and EC2 security group are in different VPCs. {words}"


@refuses("rds", MADE, CLUSTER)
def cluster_exists(request, account):
    """moto puts the new cluster in place of the old one. Names are kept in lower case."""
    if request["DBClusterIdentifier"].lower() in (name.lower() for name in list(account("rds").clusters)):
        return "DBClusterAlreadyExistsFault", "DB Cluster already exists"


@refuses("rds", f"{MODIFY} DeleteDBCluster", API.format("ModifyDBCluster"))
def cluster_missing(request, account):
    name = request["DBClusterIdentifier"]
    if name.lower() not in (each.lower() for each in list(account("rds").clusters)) and not name.startswith("arn:"):
        return "DBClusterNotFoundFault", f"DBCluster {name} not found."


@refuses("rds", "DeleteDBCluster", API.format("DeleteDBCluster"))
def final_snapshot(request, account):
    if not request.get("SkipFinalSnapshot") and not request.get("FinalDBSnapshotIdentifier"):
        return COMBINATION, "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."


@refuses("rds", RESTORE, "https://github.com/aws-samples/redcap-on-aws/issues/99")
def older_than_its_snapshot(request, account):
    name = request["SnapshotIdentifier"].split(":")[-1]
    snapshot = account("rds").cluster_snapshots.get(name)
    asked, held = request.get("EngineVersion"), snapshot and snapshot.cluster.engine_version
    if asked and held and version(asked) < version(held):
        words = (
            f"The engine version you requested for your restored DB cluster ({asked}) is earlier than the engine version of "
            f"the DB cluster snapshot ({held})."
        )
        return COMBINATION, words


@refuses("rds", MODIFY, "https://github.com/anomalyco/sst/issues/6156")
def older_than_it_runs(request, account):
    cluster = account("rds").clusters.get(request["DBClusterIdentifier"])
    asked = request.get("EngineVersion")
    if cluster and asked and version(asked) < version(cluster.engine_version):
        return COMBINATION, f"Cannot upgrade {cluster.engine} from {cluster.engine_version} to {asked}"


def version(text):
    return [int(number) for number in re.findall(r"\d+", text)]


@refuses("rds", "CreateDBInstance", INSTANCE)
def serverless_instance(request, account):
    cluster = account("rds").clusters.get(request.get("DBClusterIdentifier", ""))
    if cluster and request["DBInstanceClass"] == "db.serverless" and not cluster.serverless_v2_scaling_configuration:
        words = "before creating a Serverless v2 DB instance."
        return COMBINATION, f"Set the Serverless v2 scaling configuration on the parent DB cluster {words}"


# Groups and subscriptions


@refuses("rds", "CreateDBSubnetGroup ModifyDBSubnetGroup", ZONES)
def two_zones(request, account):
    subnets = account.subnets(request["SubnetIds"])
    zones = {subnet.availability_zone for subnet in subnets}
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        return VALUE, "The subnets of a DB subnet group must all be in the same VPC."
    if len(zones) < 2 and len(subnets) == len(request["SubnetIds"]):
        words = f"Current AZ coverage: {', '.join(zones)}. Add subnets to cover at least 2 AZs."
        return "DBSubnetGroupDoesNotCoverEnoughAZs", (
            f"The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. {words}"
        )


@refuses("rds", "CreateDBSubnetGroup", API.format("CreateDBSubnetGroup"))
def subnet_group_exists(request, account):
    name = request["DBSubnetGroupName"]
    if name.lower() in account("rds").subnet_groups:
        return "DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists."


@refuses("rds", "DeleteDBSubnetGroup", API.format("DeleteDBSubnetGroup"))
def subnet_group_in_use(request, account):
    name = request["DBSubnetGroupName"]
    for one in list(account("rds").clusters.values()):
        if one.db_subnet_group_name == name:
            words = f"because at least one database instance: {one.db_cluster_identifier} is still using it."
            return "InvalidDBSubnetGroupStateFault", f"Cannot delete the subnet group '{name}' {words}"


@refuses("rds", "DeleteDBClusterParameterGroup", API.format("DeleteDBClusterParameterGroup"))
def parameter_group_in_use(request, account):
    name = request["DBClusterParameterGroupName"]
    if any(one.parameter_group == name for one in list(account("rds").clusters.values())):
        words = f"are still members of this parameter group {name}, so the group cannot be deleted"
        return "InvalidDBParameterGroupState", f"One or more database instances {words}"


@refuses("rds", "ModifyDBClusterParameterGroup ResetDBClusterParameterGroup", API.format("ModifyDBClusterParameterGroup"))
def twenty_parameters(request, account):
    if len(request.get("Parameters", [])) > 20:
        return VALUE, "A maximum of 20 parameters can be modified in a single request."
    for one in request.get("Parameters", []):
        if not one.get("ParameterName") or not one.get("ApplyMethod"):
            return VALUE, "The parameters ParameterName and ApplyMethod must be provided."


@refuses("rds", "CreateEventSubscription", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html")
def twenty_event_subscriptions(request, account):
    if len(account("rds").event_subscriptions) >= 20:
        return "EventSubscriptionQuotaExceeded", "You have reached the maximum number of event subscriptions."


@refuses("rds", "CreateEventSubscription", API.format("CreateEventSubscription"))
def type_of_sources(request, account):
    if request.get("SourceIds") and not request.get("SourceType"):
        return COMBINATION, "SourceType must be provided if SourceIds are supplied."
