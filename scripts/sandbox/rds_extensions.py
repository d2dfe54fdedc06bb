"""Parameters of cluster parameter groups, as RDS keeps them: moto neither resets them nor knows Aurora's defaults."""

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

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

describe_parameters = RDSBackend.describe_db_cluster_parameters


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


RDSResponse.describe_db_cluster_parameters = describe_with_source
RDSResponse.reset_db_cluster_parameter_group = reset_parameters
