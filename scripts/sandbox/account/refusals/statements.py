"""The Data API. SQL that the account doesn't know is refused, in place of an answer that means nothing."""

import json

from rdsdata import DISCARD, KEEP, KEPT, PLUGIN, READ, cluster_at, current_of, has_data_api, hexadecimal, native_hash
from refusals.rules import refuses

SWITCH = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html"
LIMITS = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html"
STATEMENT = "https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html"
MYSQL = "https://dev.mysql.com/doc/refman/8.0/en/alter-user.html"


@refuses("rds", "EnableHttpEndpoint DisableHttpEndpoint", SWITCH)
def cluster_to_switch(request, account):
    arn = request["ResourceArn"]
    if cluster_at(arn, account("rds")) is None:
        return "ResourceNotFoundFault", f"The specified resource {arn} was not found."


@refuses("rds", "EnableHttpEndpoint", LIMITS)
def without_data_api(request, account):
    cluster = cluster_at(request["ResourceArn"], account("rds"))
    if not all(has_data_api(cluster.engine_version, each) for each in classes_of(cluster, account)):
        return "InvalidParameterValue", "The HTTP endpoint isn't supported for this DB cluster."


def classes_of(cluster, account):
    instances = list(account("rds").databases.values())
    return [one.db_instance_class for one in instances if one.db_cluster_identifier == cluster.db_cluster_identifier]


@refuses("rds-data", "ExecuteStatement", STATEMENT)
def signed_in(request, account):
    cluster = cluster_at(request["resourceArn"], account("rds"))
    if cluster is None:
        return "BadRequestException", f"DBCluster {request['resourceArn'].split(':')[-1]} not found"
    if not cluster.http_endpoint_enabled:
        return "HttpEndpointNotEnabledException", f"HttpEndpoint is not enabled for cluster {cluster.db_cluster_identifier}."
    secret = account("secretsmanager").secrets.get(request["secretArn"])
    if secret is None:
        return "SecretsErrorException", "Secrets Manager can't find the specified secret."
    value = json.loads(secret.versions[secret.default_version_id]["secret_string"])
    is_valid = native_hash(value["password"]) in (current_of(cluster), KEPT.get(cluster))
    if value["username"] != cluster.master_username or not is_valid:
        return "DatabaseErrorException", f"Access denied for user '{value['username']}'@'10.0.0.1' (using password: YES)"


@refuses("rds-data", "ExecuteStatement", MYSQL)
def known_statement(request, account):
    sql = request["sql"]
    if not any(each.fullmatch(sql) for each in (READ, KEEP, DISCARD)):
        return "DatabaseErrorException", f"You have an error in your SQL syntax near '{sql[:40]}'"
    kept = KEEP.fullmatch(sql)
    if kept and kept[1] != PLUGIN:
        return "DatabaseErrorException", "Current password can not be retained because authentication plugin is being changed."
    if kept and kept[2] != hexadecimal(current_of(cluster_at(request["resourceArn"], account("rds")))):
        return "DatabaseErrorException", "The account emulates no other password than the one that RDS has set."
