"""Keys, secrets, logs, topics, backups and search."""

import re

from refusals.names import linked_role
from refusals.rules import refuses

# KMS

KEY_STATES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"


@refuses("kms", "CreateAlias UpdateAlias CreateGrant EnableKeyRotation", KEY_STATES)
def key_usable(request, account):
    name = request.get("TargetKeyId") or request["KeyId"]
    backend = account("kms", name.split(":")[3] if name.startswith("arn:") else None)
    key = backend.keys.get(backend.any_id_to_key_id(name))
    if key is None:
        return "NotFoundException", f"Key '{name}' does not exist"
    if key.key_state == "PendingDeletion":
        return "KMSInvalidStateException", f"{key.arn} is pending deletion."
    if not key.enabled and "AliasName" not in request:
        return "DisabledException", f"{key.arn} is disabled."
    if "AliasName" not in request and "GranteePrincipal" not in request and key.key_spec != "SYMMETRIC_DEFAULT":
        words = f"{key.arn} key spec is {key.key_spec} which is not supported for key rotation."
        return "UnsupportedOperationException", words


# SNS

SNS = "https://docs.aws.amazon.com/sns/latest/api/API_{}.html"
ADDRESS = r"[^\s@]+@[^\s@]+\.[^\s@]+"
ENDPOINTS = {
    "application": r"arn:[^:]+:sns:.+",
    "email": ADDRESS,
    "email-json": ADDRESS,
    "firehose": r"arn:[^:]+:firehose:.+",
    "http": r"http://\S+",
    "https": r"https://\S+",
    "lambda": r"arn:[^:]+:lambda:.+",
    "sms": r"\+[1-9]\d{1,14}",
    "sqs": r"arn:[^:]+:sqs:.+",
}


@refuses("sns", "Subscribe", SNS.format("Subscribe"))
def endpoint_of_protocol(request, account):
    protocol = request["Protocol"]
    if protocol not in ENDPOINTS:
        return "InvalidParameter", f"Invalid parameter: Does not support this protocol string: {protocol}"
    if not re.fullmatch(ENDPOINTS[protocol], request.get("Endpoint", "")):
        return "InvalidParameter", f"Invalid parameter: Endpoint must match the specified protocol {protocol}"


# AWS Backup

BACKUP = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_{}.html"
PLAN = ("backup", "CreateBackupPlan UpdateBackupPlan")
INVALID = "InvalidParameterValueException"


@refuses(*PLAN, BACKUP.format("Lifecycle"))
def cold_long_enough(request, account):
    for rule in request["BackupPlan"]["Rules"]:
        lifecycle = rule.get("Lifecycle", {})
        cold, gone = lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays")
        if cold is not None and gone is not None and gone < cold + 90:
            return INVALID, "DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays"


# OpenSearch

OPENSEARCH = "https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_{}.html"
DOMAIN = ("opensearch", "CreateDomain UpdateDomainConfig")
REFUSED = "ValidationException"
STATUS = OPENSEARCH.format("CreateDomain")


@refuses("opensearch", "CreateDomain", STATUS)
def domain_exists(request, account):
    if request["DomainName"] in account("opensearch").domains:
        return "ResourceAlreadyExistsException", f"Domain {request['DomainName']} already exists"


@refuses(*DOMAIN, "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html")
def zones_of_a_domain(request, account):
    cluster, vpc = request.get("ClusterConfig", {}), request.get("VPCOptions", {})
    is_aware = cluster.get("ZoneAwarenessEnabled")
    wanted = cluster.get("ZoneAwarenessConfig", {}).get("AvailabilityZoneCount", 2) if is_aware else 1
    if is_aware and cluster.get("InstanceCount", 1) < wanted:
        return REFUSED, f"You must choose a minimum of {wanted} data nodes for a {wanted} Availability Zone deployment."
    if not vpc.get("SubnetIds"):
        return None
    subnets = account.subnets(vpc["SubnetIds"])
    if len(subnets) < len(vpc["SubnetIds"]):
        return REFUSED, "You must specify subnets that exist."
    if cluster and not len(vpc["SubnetIds"]) == len({subnet.availability_zone for subnet in subnets}) == wanted:
        return REFUSED, f"You must specify exactly {wanted} subnet{'s, each in a different zone' if wanted > 1 else ''}."
    vpcs = {subnet.vpc_id for subnet in subnets}
    groups = account.groups(vpc.get("SecurityGroupIds")).values()
    if len(vpcs) > 1 or any(one is None or one.vpc_id not in vpcs for one in groups):
        return REFUSED, "You must specify security groups that exist in the VPC of the subnets."


@refuses("opensearch", "CreateDomain", "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html")
def access_control(request, account):
    security = request.get("AdvancedSecurityOptions", {})
    if not security.get("Enabled"):
        return None
    options = ("EncryptionAtRestOptions", "NodeToNodeEncryptionOptions")
    encrypted = (request.get(name, {}).get("Enabled") for name in options)
    if not all(encrypted) or not request.get("DomainEndpointOptions", {}).get("EnforceHTTPS"):
        words = "You must enable node-to-node encryption, encryption at rest and the enforcement of HTTPS"
        return REFUSED, f"{words} to use advanced security options."
    master = security.get("MasterUserOptions", {})
    internal = security.get("InternalUserDatabaseEnabled")
    needed = ("MasterUserName", "MasterUserPassword") if internal else ("MasterUserARN",)
    if not all(master.get(name) for name in needed):
        return REFUSED, f"You must specify {' and '.join(needed)} to use advanced security options."


@refuses(*DOMAIN, "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html")
def strong_password(request, account):
    password = request.get("AdvancedSecurityOptions", {}).get("MasterUserOptions", {}).get("MasterUserPassword")
    kinds = ("[a-z]", "[A-Z]", r"\d", "[^A-Za-z0-9]")
    if password and not (8 <= len(password) <= 128 and all(re.search(kind, password) for kind in kinds)):
        words = "8 characters and include one uppercase letter, one lowercase letter, one number, and one special character."
        return REFUSED, f"The master user password must contain a minimum of {words}"


@refuses("opensearch", "CreateDomain", "https://github.com/aws/copilot-cli/issues/3006")
def linked_role_missing(request, account):
    suffix = "amazonaws.com.cn" if account.partition == "aws-cn" else "amazonaws.com"
    services = (f"{service}.{suffix}" for service in ("opensearchservice", "es"))
    if request.get("VPCOptions", {}).get("SubnetIds") and not any(linked_role(each, account) for each in services):
        words = "a service-linked role to give Amazon OpenSearch Service permissions to access your VPC."
        return REFUSED, f"Before you can proceed, you must enable {words}"
