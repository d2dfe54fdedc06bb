"""Parameters of cluster parameter groups, as RDS keeps them: moto neither resets them nor knows Aurora's defaults."""

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError
from moto.rds.models import DBClusterParameterGroup
from moto.rds.responses import RDSResponse

# A parameter that is set to its default isn't the user's any more, so that RDS doesn't list it as such:
# https://github.com/hashicorp/terraform-provider-aws/issues/23335
AURORA_DEFAULTS = {
    "general_log": "0",
    "log_output": "FILE",
    "long_query_time": "10",
    "require_secure_transport": "OFF",
    "server_audit_logging": "0",
    "slow_query_log": "0",
    "sql_mode": "0",
}

update_parameters = DBClusterParameterGroup.update_cluster_parameters


def keep_what_differs(group, parameters):
    update_parameters(group, parameters)
    for name, default in AURORA_DEFAULTS.items():
        if name in group.parameters and group.parameters[name].get("ParameterValue") == default:
            del group.parameters[name]


def reset_db_cluster_parameter_group(response):
    name = response.params["DBClusterParameterGroupName"]
    group = response.backend.db_cluster_parameter_groups.get(name)
    if group is None:
        raise DBClusterParameterGroupNotFoundError(name)
    for parameter in response.params.get("Parameters", []):
        group.parameters.pop(parameter.original_dict()["ParameterName"], None)
    return ActionResult({"DBClusterParameterGroupName": group.name})


DBClusterParameterGroup.update_cluster_parameters = keep_what_differs
RDSResponse.reset_db_cluster_parameter_group = reset_db_cluster_parameter_group
