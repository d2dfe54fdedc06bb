"""The types of search instances that the region offers: moto knows none.

The list is that of a large region such as us-east-1, from cfn-lint's data, cut down to what the installation may ask for.
"""

import json

from moto.ec2.models import ec2_backends
from moto.es.urls import url_paths
from moto.opensearch.responses import OpenSearchServiceResponse

SEARCH_TYPES = (
    *("t3.small.search", "t3.medium.search"),
    *(f"{family}.{size}.search" for family in ("m6g", "m7g", "r6g", "r7g") for size in ("large", "xlarge", "2xlarge")),
)


def list_instance_type_details(response):
    """As AWS does, names zones only where they are asked for."""
    wanted = response._get_param("instanceType")
    ec2 = ec2_backends[response.current_account][response.region]
    zones = [zone.name for zone in ec2.describe_availability_zones()]
    if response._get_param("retrieveAZs") != "true":
        zones = []
    roles = ["master", "data"]
    flags = {name: True for name in ("EncryptionEnabled", "AppLogsEnabled", "AdvancedSecurityEnabled")}
    types = [
        {"InstanceType": each, "InstanceRole": roles, "AvailabilityZones": zones, **flags}
        for each in SEARCH_TYPES
        if wanted in (None, each)
    ]
    return json.dumps({"InstanceTypeDetails": types})


OpenSearchServiceResponse.list_instance_type_details = list_instance_type_details
# moto serves the paths of OpenSearch among those of its predecessor.
url_paths["{0}/2021-01-01/opensearch/instanceTypeDetails/(?P<version>[^/]+)"] = OpenSearchServiceResponse.dispatch
