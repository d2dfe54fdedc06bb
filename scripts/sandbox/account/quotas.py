"""Service Quotas: moto knows those of VPCs alone. Here are the others that the installation meets, with AWS's defaults
(https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html), and what RDS says of its own.
"""

import json

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.rds.responses import RDSResponse
from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

# A new account starts with the 6 vCPU of Fargate: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
DEFAULTS = {
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
    ("s3", "L-DC2B2D3D"): ("General purpose buckets", 10000.0),
    ("es", "L-076D529E"): ("Domains per Region", 100.0),
}
# Of the partition's first region only: https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html
HOME = {"s3": "us-east-1"}
# "If the applied quota value is not available for a quota, the quota is not retrieved":
# https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
DEFAULT_ONLY = ("es",)
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html, by what counts towards each
RDS_QUOTAS = {
    "DBClusters": (40, "clusters"),
    "DBInstances": (40, "databases"),
    "ManualClusterSnapshots": (100, "cluster_snapshots"),
    "DBSubnetGroups": (50, "subnet_groups"),
    "DBClusterParameterGroups": (50, "db_cluster_parameter_groups"),
}

get_quota = ServiceQuotasBackend.get_service_quota
init = ServiceQuotasBackend.__init__


def init_with_raised(backend, region_name, account_id):
    init(backend, region_name, account_id)
    backend.raised = {}  # by service and quota


def default_quota(backend, service_code, quota_code):
    name, value = DEFAULTS.get((service_code, quota_code), (None, None))
    if name is None or HOME.get(service_code, backend.region_name) != backend.region_name:
        return get_quota(backend, service_code, quota_code)
    return {"ServiceCode": service_code, "QuotaCode": quota_code, "QuotaName": name, "Value": value, "Adjustable": True}


def applied_quota(backend, service_code, quota_code):
    raised = backend.raised.get((service_code, quota_code))
    if service_code in DEFAULT_ONLY and raised is None:
        raise NoSuchResource
    quota = default_quota(backend, service_code, quota_code)
    return {**quota, "Value": raised} if raised else quota


def raise_quota(response):
    """Granted at once; AWS takes minutes to days. It refuses what isn't more than the present value."""
    backend, params = response.backend, json.loads(response.body)
    which, value = (params["ServiceCode"], params["QuotaCode"]), params["DesiredValue"]
    if value <= backend.raised.get(which, default_quota(backend, *which)["Value"]):
        words = "You must provide a quota value greater than the current quota value."
        raise JsonRESTError("IllegalArgumentException", words)
    backend.raised[which] = value
    request = {"Id": mock_random.uuid4().hex, "ServiceCode": which[0], "QuotaCode": which[1]}
    return json.dumps({"RequestedQuota": {**request, "DesiredValue": value, "Status": "APPROVED"}})


def get_default(response):
    params = json.loads(response.body)
    return json.dumps({"Quota": default_quota(response.backend, params["ServiceCode"], params["QuotaCode"])})


def rds_usage(backend):
    """How many there are of what RDS has quotas for."""
    manual = [one for one in list(backend.cluster_snapshots.values()) if one.snapshot_type == "manual"]
    used = {name: len(getattr(backend, held)) for name, (_, held) in RDS_QUOTAS.items()}
    return {**used, "ManualClusterSnapshots": len(manual)}


def describe_account_attributes(response):
    used = rds_usage(response.backend)
    quotas = [{"AccountQuotaName": name, "Used": used[name], "Max": most} for name, (most, _) in RDS_QUOTAS.items()]
    return ActionResult({"AccountQuotas": quotas})


ServiceQuotasBackend.__init__ = init_with_raised
ServiceQuotasBackend.get_service_quota = applied_quota
ServiceQuotasResponse.request_service_quota_increase = raise_quota
ServiceQuotasResponse.get_aws_default_service_quota = get_default
RDSResponse.describe_account_attributes = describe_account_attributes
