"""What the region of the emulated account offers: classes of database instances and types of search instances.

moto has the classes of Aurora PostgreSQL only, and no types of OpenSearch at all. The lists are those of a large region such as
us-east-1, from cfn-lint's data, cut down to what the installation may ask for.
"""

import json

from moto.ec2.models import ec2_backends
from moto.es.urls import url_paths
from moto.opensearch.responses import OpenSearchServiceResponse
from moto.rds.models import RDSBackend

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
SEARCH_TYPES = (
    *("t3.small.search", "t3.medium.search"),
    *(f"{family}.{size}.search" for family in ("m6g", "m7g", "r6g", "r7g") for size in ("large", "xlarge", "2xlarge")),
)

describe_options = RDSBackend.describe_orderable_db_instance_options


def describe_aurora_options(backend, engine, engine_version):
    if engine != "aurora-mysql":
        return describe_options(backend, engine, engine_version)
    zones = [{"Name": name} for name in zone_names(backend.account_id, backend.region_name)]
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


def zone_names(account_id, region):
    return [zone.name for zone in ec2_backends[account_id][region].describe_availability_zones()]


def list_instance_type_details(response):
    zones = zone_names(response.current_account, response.region)
    roles = ["master", "data"]
    flags = {name: True for name in ("EncryptionEnabled", "AppLogsEnabled", "AdvancedSecurityEnabled")}
    types = [
        {"InstanceType": each, "InstanceRole": roles, "AvailabilityZones": zones, **flags} for each in SEARCH_TYPES
    ]
    return json.dumps({"InstanceTypeDetails": types})


RDSBackend.describe_orderable_db_instance_options = describe_aurora_options
OpenSearchServiceResponse.list_instance_type_details = list_instance_type_details
# moto serves the paths of OpenSearch among those of its predecessor.
url_paths["{0}/2021-01-01/opensearch/instanceTypeDetails/(?P<version>[^/]+)"] = OpenSearchServiceResponse.dispatch
