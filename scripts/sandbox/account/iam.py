"""Service-linked roles: that of OpenSearch has its name, and stays while a domain uses it."""

from moto.core.responses import ActionResult
from moto.iam.models import SERVICE_NAME_CONVERSION, IAMBackend
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


SERVICE_NAME_CONVERSION["opensearchservice"] = "AmazonOpenSearchService"
IAMBackend.delete_service_linked_role = delete_unless_used
IamResponse.get_service_linked_role_deletion_status = deletion_status
