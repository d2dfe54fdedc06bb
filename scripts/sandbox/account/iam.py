"""Service-linked roles: that of OpenSearch has its name, and stays while a domain uses it. And whose credentials a request has."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.iam import models
from moto.iam.models import SERVICE_NAME_CONVERSION, IAMBackend, iam_backends
from moto.iam.responses import IamResponse
from moto.moto_api._internal import mock_random
from moto.opensearch.models import opensearch_backends

delete_linked_role = IAMBackend.delete_service_linked_role


def delete_unless_used(backend, role_name):
    """API: "If you submit a deletion request for a service-linked role whose linked service is still accessing a
    resource, then the deletion task fails"."""
    domains = [
        domain
        for regional in opensearch_backends[backend.account_id].values()
        for domain in regional.domains.values()
        if (domain.vpc_options or {}).get("SubnetIds")
    ]
    role = backend.get_role(role_name)
    if role.path.startswith("/aws-service-role/opensearchservice.") and domains:
        return f"task/aws-service-role/failed/{role_name}/{mock_random.uuid4()}"
    return delete_linked_role(backend, role_name)


def deletion_status(response):
    if "/failed/" not in response._get_param("DeletionTaskId"):
        return ActionResult({"Status": "SUCCEEDED"})
    reason = "A service-linked role can't be deleted while its service uses it for domains in a VPC."
    return ActionResult({"Status": "FAILED", "Reason": {"Reason": reason}})


def account_of(access_key):
    """moto looks into all partitions, and so makes the IAM of each, with the 1,600 policies that AWS manages: 0.7 s and 45 MB."""
    for account_id, partitions in list(iam_backends.items()):
        if any(access_key in backend.access_keys for backend in list(partitions.values())):
            return account_id
    return DEFAULT_ACCOUNT_ID


models.get_account_id_from = account_of
SERVICE_NAME_CONVERSION["opensearchservice"] = "AmazonOpenSearchService"
IAMBackend.delete_service_linked_role = delete_unless_used
IamResponse.get_service_linked_role_deletion_status = deletion_status
