"""Aurora MySQL: what the region offers (versions, classes of instances), cluster parameters and their defaults, subnet groups,
event subscriptions, and settings of clusters and instances that moto forgets.

moto has the classes of Aurora PostgreSQL only. The list is that of a large region such as us-east-1, from cfn-lint's data, cut
down to what the installation may ask for.
"""

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError
from moto.rds.models import DBCluster, DBInstance, DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
DATABASE_CLASSES = (
    "db.serverless",
    *("db.t3.medium", "db.t3.large", "db.t4g.medium", "db.t4g.large"),
    *(f"db.{family}.{size}" for family in ("r5", "r6g", "r6i", "r7g", "r7i", "r8g") for size in SIZES),
)
DATABASE_VERSIONS = tuple(
    f"8.0.mysql_aurora.3.{version}"
    for version in (
        *("04.0", "04.1", "04.2", "04.3", "04.4", "04.6", "08.0", "08.1", "08.2", "09.0"),
        *("10.0", "10.1", "10.2", "10.3", "10.4", "10.5", "10.6", "11.1", "12.0", "13.0"),
    )
)
# A parameter of Aurora MySQL 8.0 that is set to its default stays the engine's, so that RDS doesn't list it as the user's:
# https://github.com/hashicorp/terraform-provider-aws/issues/23335
AURORA_DEFAULTS = {
    "binlog_format": "OFF",
    "general_log": "0",
    "log_output": "FILE",
    "long_query_time": "10",
    "require_secure_transport": "OFF",
    "server_audit_logging": "0",
    "slow_query_log": "0",
    "sql_mode": "0",
}

describe_options = RDSBackend.describe_orderable_db_instance_options
describe_parameters = RDSBackend.describe_db_cluster_parameters
modify_cluster = RDSBackend.modify_db_cluster
modify_instance = RDSBackend.modify_db_instance
modify_subnet_group = RDSBackend.modify_db_subnet_group
restore_cluster = RDSBackend.restore_db_cluster_from_snapshot


def describe_aurora_options(backend, engine, engine_version):
    if engine != "aurora-mysql":
        return describe_options(backend, engine, engine_version)
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    zones = [{"Name": zone.name} for zone in ec2.describe_availability_zones()]
    return [
        {
            "Engine": engine,
            "EngineVersion": version,
            "DBInstanceClass": each,
            "StorageType": storage,
            "AvailabilityZones": zones,
            "Vpc": True,
        }
        for version in DATABASE_VERSIONS
        if engine_version in (None, version)
        for each in DATABASE_CLASSES
        for storage in ("aurora", "aurora-iopt1")
    ]


def describe_with_source(response):
    held = describe_parameters(response.backend, response.params.get("DBClusterParameterGroupName"))
    sources = [
        {
            **one,
            "Source": (
                "engine-default" if AURORA_DEFAULTS.get(one["ParameterName"]) == one["ParameterValue"] else "user"
            ),
        }
        for one in held
    ]
    wanted = response.params.get("Source")
    return ActionResult({"Parameters": [one for one in sources if wanted in (None, one["Source"])]})


def reset_parameters(response):
    name = response.params["DBClusterParameterGroupName"]
    group = response.backend.db_cluster_parameter_groups.get(name)
    if group is None:
        raise DBClusterParameterGroupNotFoundError(name)
    for parameter in response.params.get("Parameters", []):
        group.parameters.pop(parameter["ParameterName"], None)
    return ActionResult({"DBClusterParameterGroupName": name})


# Some of those that Aurora MySQL 3 has, as the family aurora-mysql8.0 describes them.
PARAMETERS = (
    *(
        (name, "boolean", "0,1", True)
        for name in ("general_log", "innodb_print_all_deadlocks", "server_audit_logging", "slow_query_log")
    ),
    ("binlog_format", "string", "ROW,STATEMENT,MIXED,OFF", True),
    ("character_set_server", "string", None, True),
    ("innodb_lock_wait_timeout", "integer", "1-1073741824", True),
    ("innodb_page_size", "integer", None, False),
    ("interactive_timeout", "integer", "1-31536000", True),
    ("log_output", "string", "TABLE,FILE", True),
    ("long_query_time", "float", "0-31536000", True),
    ("max_allowed_packet", "integer", "1024-1073741824", True),
    ("max_connections", "integer", "1-16000", True),
    ("require_secure_transport", "string", "ON,OFF", True),
    ("server_audit_events", "string", None, True),
    ("sql_mode", "string", None, True),
    ("tls_version", "string", None, True),
    ("wait_timeout", "integer", "1-31536000", True),
)


def describe_default_parameters(response):
    family = response.params["DBParameterGroupFamily"]
    parameters = [
        {
            "ParameterName": name,
            "DataType": kind,
            "IsModifiable": modifiable,
            "ApplyType": "dynamic" if modifiable else "static",
            **({} if allowed is None else {"AllowedValues": allowed}),
        }
        for name, kind, allowed, modifiable in PARAMETERS
    ]
    return ActionResult({"EngineDefaults": {"DBParameterGroupFamily": family, "Parameters": parameters}})


def describe_versions(response):
    """Of Aurora MySQL only."""
    wanted = response.params.get("EngineVersion")
    versions = DATABASE_VERSIONS if response.params.get("Engine") == "aurora-mysql" else ()
    return ActionResult(
        {
            "DBEngineVersions": [
                {"Engine": "aurora-mysql", "EngineVersion": each, "Status": "available"}
                for each in versions
                if wanted in (None, each)
            ]
        }
    )


def modify_and_keep(backend, subnet_name, description, subnets):
    """moto takes a subnet group out to change it, and forgets to put it back."""
    group = modify_subnet_group(backend, subnet_name, description, subnets)
    backend.subnet_groups[subnet_name] = group
    return group


def modify_subscription(response):
    [subscription] = response.backend.describe_event_subscriptions(response.params["SubscriptionName"])
    for name in ("enabled", "event_categories", "sns_topic_arn", "source_type"):
        setattr(subscription, name, response.params.get(name, getattr(subscription, name)))
    return ActionResult({"EventSubscription": subscription})


INSIGHTS = (
    *("database_insights_mode", "enable_performance_insights"),
    *("performance_insights_kms_key_id", "performance_insights_retention_period"),
)
# moto knows these from version 5.2 on, which Python 3.9 doesn't have.
MONITORING = ("monitoring_interval", "monitoring_role_arn")


def keep(names, kind):
    """moto keeps these settings of a modification only, and returns whether insights are on by the name of the request."""
    init = kind.__init__

    def init_and_keep(resource, *args, **settings):
        init(resource, *args, **settings)
        vars(resource).update({name: settings[name] for name in names if name in settings})

    kind.__init__ = init_and_keep
    kind.performance_insights_enabled = property(lambda one: vars(one).get("enable_performance_insights", False))


def modify_and_export(backend, settings):
    """moto looks for the exported logs, and for IAM authentication, by other names than those of the request."""
    modified = modify_cluster(backend, settings)
    cluster = backend.clusters[modified.db_cluster_identifier]
    exports = settings.get("cloudwatch_logs_export_configuration") or {}
    kept = [one for one in cluster.enabled_cloudwatch_logs_exports if one not in exports.get("DisableLogTypes", [])]
    cluster.enabled_cloudwatch_logs_exports = kept + exports.get("EnableLogTypes", [])
    cluster.iam_auth = settings.get("enable_iam_database_authentication", cluster.iam_auth)
    return modified


FAMILY = "aurora-mysql8.0"
DEFAULT_GROUP = f"default.{FAMILY}"


def modify_to_default(backend, identifier, settings):
    """AWS has a default group for each family of engines; moto makes one with the first instance that shows it."""
    if settings.get("db_parameter_group_name") == DEFAULT_GROUP:
        group = DBParameterGroup(backend, DEFAULT_GROUP, f"Default parameter group for {FAMILY}", FAMILY, [])
        backend.db_parameter_groups.setdefault(DEFAULT_GROUP, group)
    return modify_instance(backend, identifier, settings)


def restore_unprotected(backend, snapshot, settings):
    """The protection isn't among what a cluster takes from its snapshot."""
    cluster = restore_cluster(backend, snapshot, settings)
    cluster.deletion_protection = settings.get("deletion_protection", False)
    return cluster


keep(INSIGHTS, DBCluster)
keep((*INSIGHTS, *MONITORING), DBInstance)
# All versions 3 of Aurora MySQL are of one family.
DBInstance.default_db_parameter_group_details = lambda instance: (FAMILY, DEFAULT_GROUP)
RDSBackend.modify_db_cluster = modify_and_export
RDSBackend.modify_db_instance = modify_to_default
RDSBackend.restore_db_cluster_from_snapshot = restore_unprotected
RDSResponse.modify_event_subscription = modify_subscription
RDSBackend.describe_orderable_db_instance_options = describe_aurora_options
RDSResponse.describe_db_cluster_parameters = describe_with_source
RDSResponse.describe_db_engine_versions = describe_versions
RDSResponse.describe_engine_default_cluster_parameters = describe_default_parameters
RDSResponse.reset_db_cluster_parameter_group = reset_parameters
RDSBackend.modify_db_subnet_group = modify_and_keep
DBCluster.default_storage_type = staticmethod(lambda iops: "aurora")
DBCluster.default_allocated_storage = staticmethod(lambda engine, storage_type: 1)
