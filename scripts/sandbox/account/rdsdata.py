"""The Data API of Aurora MySQL, and of MySQL itself what a change of the administrator's password needs.

Who signs in has up to two passwords: `RETAIN CURRENT PASSWORD` keeps the current one beside the new one, any other change leaves
the kept one as it is, and `DISCARD OLD PASSWORD` takes it away
(https://dev.mysql.com/doc/refman/8.0/en/password-management.html#dual-passwords).
"""

import json
import re
from hashlib import sha1
from weakref import WeakKeyDictionary

from moto.core.responses import ActionResult
from moto.rds.models import rds_backends
from moto.rds.responses import RDSResponse
from moto.rdsdata.responses import RDSDataServiceResponse

from rds import DATABASE_VERSIONS

PLUGIN = "mysql_native_password"
READ = re.compile(
    r"SELECT plugin, HEX\(authentication_string\), HEX\(User_attributes->>'\$\.additional_password'\) FROM mysql\.user "
    r"WHERE CONCAT\(User, '@', Host\) = CURRENT_USER\(\)"
)
KEEP = re.compile(r"ALTER USER CURRENT_USER\(\) IDENTIFIED WITH '(\w+)' AS 0x([0-9A-F]+) RETAIN CURRENT PASSWORD")
DISCARD = re.compile(r"ALTER USER CURRENT_USER\(\) DISCARD OLD PASSWORD")


# The hash of the password that is kept, by cluster.
KEPT = WeakKeyDictionary()


def current_of(cluster):
    """The hash of the password that RDS has set."""
    return native_hash(cluster._master_user_password)


def native_hash(password):
    return f"*{sha1(sha1(password.encode()).digest()).hexdigest().upper()}"


def has_data_api(version, instance_class):
    """From 3.07 on, and not on T classes:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html"""
    return version in DATABASE_VERSIONS and version >= "8.0.mysql_aurora.3.07" and not instance_class.startswith("db.t")


def cluster_at(arn, backend):
    return next((one for one in list(backend.clusters.values()) if one.arn == arn), None)


def describe_with_data_api(response):
    """Of the class that is asked for, which moto doesn't ask about."""
    wanted = response.params.get("DBInstanceClass")
    options = response.backend.describe_orderable_db_instance_options(
        response.params.get("Engine"), response.params.get("EngineVersion")
    )
    described = [
        {**one, "SupportsHttpEndpoint": has_data_api(one["EngineVersion"], one["DBInstanceClass"])}
        for one in options
        if wanted in (None, one["DBInstanceClass"])
    ]
    return ActionResult({"OrderableDBInstanceOptions": described})


def switch(is_on):
    def answer(response):
        arn = response.params["ResourceArn"]
        # moto has the switch of Serverless v1, which it turns off for all others.
        cluster_at(arn, response.backend)._enable_http_endpoint = is_on
        return ActionResult({"ResourceArn": arn, "HttpEndpointEnabled": is_on})

    return answer


def execute(response):
    backend = rds_backends[response.current_account][response.region]
    cluster = cluster_at(response._get_param("resourceArn"), backend)
    sql = response._get_param("sql")
    if READ.fullmatch(sql):
        hashes = (current_of(cluster), KEPT.get(cluster))
        row = [{"stringValue": hexadecimal(one)} if one else {"isNull": True} for one in hashes]
        return json.dumps({"numberOfRecordsUpdated": 0, "records": [[{"stringValue": PLUGIN}, *row]]})
    KEPT[cluster] = current_of(cluster) if KEEP.fullmatch(sql) else None
    return json.dumps({"numberOfRecordsUpdated": 0})


def hexadecimal(text):
    return text.encode().hex().upper()


RDSResponse.describe_orderable_db_instance_options = describe_with_data_api
RDSResponse.enable_http_endpoint = switch(True)
RDSResponse.disable_http_endpoint = switch(False)
RDSDataServiceResponse.execute_statement = execute
