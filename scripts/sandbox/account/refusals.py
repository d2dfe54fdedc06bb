"""What AWS refuses and moto accepts: rules that are asked before moto handles a request.

A rule gets the request, spelled as in AWS's API model, and the account it is made in. It answers with AWS's error code
and words, or with nothing. `API` is the text of AWS's API model, which botocore carries; words of errors are from the
public reports that are named.
"""

import json
import re
from collections import defaultdict

from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import utcnow
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

rules = defaultdict(list)


def refuses(service, *operations):
    """Registers a rule for these operations of a service."""

    def register(rule):
        for operation in operations:
            rules[service, operation].append(rule)
        return rule

    return register


class Refusal(ServiceException):
    """moto words the errors of a class outside of its own packages by the model of the service that was asked."""


class Account:
    """What one account holds in one region, by service: `account("ecs")` is moto's backend."""

    def __init__(self, response):
        self.id, self.region, self.partition = response.current_account, response.region, response.partition

    def __call__(self, service):
        is_global = service in ("iam", "route53", "s3")
        return get_backend(service)[self.id][self.partition if is_global else self.region]


# Elastic Load Balancing


def subnets_of(request, account):
    ids = request.get("Subnets") or [one["SubnetId"] for one in request.get("SubnetMappings", [])]
    known = account("ec2").describe_subnets()
    return [subnet for subnet in known if subnet.id in ids]


@refuses("elbv2", "CreateLoadBalancer", "SetSubnets")
def one_subnet_per_zone(request, account):
    """API: "You can specify only one subnet per Availability Zone".

    https://github.com/robertdebock/terraform-aws-vault/issues/5
    """
    zones = [subnet.availability_zone for subnet in subnets_of(request, account)]
    if len(set(zones)) < len(zones):
        words = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        return "InvalidConfigurationRequest", words


@refuses("elbv2", "SetSubnets")
def subnet_stays_in_its_zone(request, account):
    """A subnet has to go before another one of its zone comes.

    https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/4171
    """
    balancer = account("elbv2").load_balancers.get(request.get("LoadBalancerArn"))
    used = {subnet.availability_zone: subnet.id for subnet in balancer.subnets} if balancer else {}
    for subnet in subnets_of(request, account):
        if used.get(subnet.availability_zone, subnet.id) != subnet.id:
            return "InvalidConfigurationRequest", (
                "You cannot specify an additional subnet from an Availability Zone that is already associated with the load "
                f"balancer. The Availability Zone '{subnet.availability_zone}' is already associated."
            )


@refuses("elbv2", "CreateLoadBalancer", "SetSubnets", "SetIpAddressType")
def ipv6_in_every_subnet(request, account):
    """https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/4852"""
    balancer = account("elbv2").load_balancers.get(request.get("LoadBalancerArn"))
    ip_type = request.get("IpAddressType") or (balancer.ip_address_type if balancer else "ipv4")
    named = subnets_of(request, account)
    subnets = named or (balancer.subnets if balancer else [])
    if ip_type == "dualstack" and not all(subnet.ipv6_cidr_block_associations for subnet in subnets):
        return "ValidationError", "You must specify subnets with an associated IPv6 CIDR block."


@refuses("elbv2", "CreateLoadBalancer")
def reserved_load_balancer_name(request, account):
    """API: "must not begin with "internal-"". The words are made up after those for other faults of names."""
    name = request.get("Name", "")
    if name.startswith("internal-"):
        return "ValidationError", f"The load balancer name '{name}' cannot begin with 'internal-'"


@refuses("elbv2", "CreateLoadBalancer")
def load_balancer_name_in_use(request, account):
    """API: "This name must be unique per region per account"; moto makes a second one."""
    if any(one.name == request.get("Name") for one in account("elbv2").load_balancers.values()):
        words = f"A load balancer with the same name '{request['Name']}' exists, but with different settings"
        return "DuplicateLoadBalancerName", words


@refuses("elbv2", "CreateListener")
def port_in_use(request, account):
    """API: DuplicateListenerException, "A listener with the specified port already exists"."""
    arn = request.get("LoadBalancerArn")
    balancer = account("elbv2").load_balancers.get(arn)
    if balancer and any(one.port == request.get("Port") for one in balancer.listeners.values()):
        return "DuplicateListener", f"A listener already exists on this port for this load balancer '{arn}'"


def balancers_of(group_arn, elbv2):
    """The load balancers with a listener or rule that sends requests to the target group."""

    def sends(action):
        forward = action.data.get("ForwardConfig", {}).get("TargetGroups", [])
        return group_arn in (action.data.get("TargetGroupArn"), *(one["TargetGroupArn"] for one in forward))

    def actions(listener):
        return [*listener.default_actions, *(action for rule in listener.rules.values() for action in rule.actions)]

    return [
        balancer
        for balancer in elbv2.load_balancers.values()
        if any(sends(action) for listener in balancer.listeners.values() for action in actions(listener))
    ]


# ECS


@refuses("ecs", "CreateService", "UpdateService")
def target_group_without_load_balancer(request, account):
    """https://github.com/cloudposse/terraform-aws-ecs-web-app/issues/226"""
    for one in request.get("loadBalancers", []):
        arn = one.get("targetGroupArn")
        if arn in account("elbv2").target_groups and not balancers_of(arn, account("elbv2")):
            words = f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            return "InvalidParameterException", words


@refuses("ecs", "RunTask")
def role_not_yet_known(request, account):
    """IAM is eventually consistent: the first launch with a role of this minute fails.

    https://github.com/pulumi/pulumi-awsx/issues/927
    """
    definition = account("ecs").describe_task_definition(request["taskDefinition"])
    roles = {role.arn: role for role in account("iam").roles.values()}
    role = roles.get(getattr(definition, "execution_role_arn", None))
    age = role and utcnow() - role.create_date
    if role and age.total_seconds() < 60 and not getattr(role, "is_known_to_ecs", False):
        role.is_known_to_ecs = True
        words = (
            f"ECS was unable to assume the role '{role.arn}' that was provided for this task. Please verify that the role "
            "being passed has the proper trust relationship and permissions and that your IAM user has permissions to "
            "pass this role."
        )
        return "ClientException", words


# RDS

IDENTIFIERS = {
    "CreateDBCluster": "DBClusterIdentifier",
    "CreateDBClusterSnapshot": "DBClusterSnapshotIdentifier",
    "CreateDBInstance": "DBInstanceIdentifier",
    "CreateDBClusterParameterGroup": "DBClusterParameterGroupName",
    "CreateDBParameterGroup": "DBParameterGroupName",
    "DeleteDBCluster": "FinalDBSnapshotIdentifier",
    "RestoreDBClusterFromSnapshot": "DBClusterIdentifier",
}


def identifier_rule(operation, parameter):
    @refuses("rds", operation)
    def legal_identifier(request, account):
        """API: "First character must be a letter. Can't end with a hyphen or contain two consecutive hyphens".

        https://github.com/hashicorp/terraform/issues/1251, of groups https://github.com/aws/aws-cli/issues/2886
        """
        identifier = request.get(parameter)
        if identifier and not re.fullmatch(r"[A-Za-z](-?[A-Za-z0-9])*", identifier):
            words = (
                f"The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain "
                "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
            )
            return "InvalidParameterValue", words


for one in IDENTIFIERS.items():
    identifier_rule(*one)


@refuses("rds", "CreateDBCluster", "RestoreDBClusterFromSnapshot")
def cluster_exists(request, account):
    """API: "stored as a lowercase string"; moto puts the new cluster in place of the old one."""
    if request["DBClusterIdentifier"].lower() in (name.lower() for name in account("rds").clusters):
        return "DBClusterAlreadyExistsFault", "DB Cluster already exists"


@refuses("rds", "RestoreDBClusterFromSnapshot")
def older_than_its_snapshot(request, account):
    """https://github.com/aws-samples/redcap-on-aws/issues/99"""
    name = request["SnapshotIdentifier"].split(":")[-1]
    snapshot = account("rds").cluster_snapshots.get(name)
    asked, held = request.get("EngineVersion"), snapshot and snapshot.cluster.engine_version
    if asked and held and version(asked) < version(held):
        words = (
            f"The engine version you requested for your restored DB cluster ({asked}) is earlier than the engine version of "
            f"the DB cluster snapshot ({held})."
        )
        return "InvalidParameterCombination", words


def version(text):
    return [int(number) for number in re.findall(r"\d+", text)]


@refuses("rds", "CreateDBCluster", "RestoreDBClusterFromSnapshot", "ModifyDBCluster")
def storage_of_aurora(request, account):
    """API: "Aurora DB clusters - aurora | aurora-iopt1"; what isn't sent stays as it is. The words are made up."""
    if request.get("StorageType", "aurora") not in ("aurora", "aurora-iopt1"):
        return "InvalidParameterValue", f"Invalid storage type: {request['StorageType']}"


@refuses("rds", "CreateEventSubscription")
def twenty_event_subscriptions(request, account):
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html: 20 in a region. The words are made up."""
    if len(account("rds").event_subscriptions) >= 20:
        return "EventSubscriptionQuotaExceeded", "You have reached the maximum number of event subscriptions."


# EC2


@refuses("ec2", "CreateSecurityGroup")
def reserved_group_name(request, account):
    """API: "Can't start with sg-". https://github.com/pulumi/pulumi-awsx/issues/328"""
    name = request["GroupName"]
    if name.startswith("sg-"):
        words = f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        return "InvalidParameterValue", words


@refuses("ec2", "CreateSecurityGroup")
def group_name_in_use(request, account):
    """API: "Names are case-insensitive and must be unique within the VPC."."""
    name, vpc = request["GroupName"], request.get("VpcId")
    if any(one.name.lower() == name.lower() for one in account("ec2").groups[vpc].values()):
        return "InvalidGroup.Duplicate", f"The security group '{name}' already exists for VPC '{vpc}'"


@refuses("ec2", "CreateVpcEndpoint")
def private_name_in_use(request, account):
    """A VPC has one private name for a service. https://github.com/hashicorp/terraform-provider-aws/issues/17535"""
    service, vpc = request.get("ServiceName"), request.get("VpcId")
    present = [one for one in account("ec2").vpc_end_points.values() if one.state != "deleted"]
    others = [one for one in present if (one.service_name, one.vpc_id) == (service, vpc)]
    is_private = request.get("PrivateDnsEnabled") in (True, "true")
    if is_private and any(one.private_dns_enabled in (True, "true") for one in others):
        domain = ".".join([*service.split(".")[:1:-1], "amazonaws.com"])
        conflict = f"there is already a conflicting DNS domain for {domain} in the VPC {vpc}"
        words = f"private-dns-enabled cannot be set because {conflict}"
        return "InvalidParameter", words


# IAM


@refuses("iam", "CreateRole")
def role_name_in_use(request, account):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: names aren't distinguished by case."""
    name = request["RoleName"]
    if any(role.name.lower() == name.lower() for role in account("iam").roles.values()):
        return "EntityAlreadyExists", f"Role with name {name} already exists."


def linked_role(service, account):
    """The role that is linked to a service; there is one in an account."""
    path = f"/aws-service-role/{service}/"
    return next((role for role in account("iam").roles.values() if role.path == path), None)


@refuses("iam", "CreateServiceLinkedRole")
def linked_role_exists(request, account):
    """https://github.com/lgallard/terraform-aws-elasticsearch/issues/5"""
    role = linked_role(request["AWSServiceName"], account)
    if role and not request.get("CustomSuffix"):
        words = f"Service role name {role.name} has been taken in this account, please try a different suffix."
        return "InvalidInput", words


# OpenSearch


@refuses("opensearch", "CreateDomain")
def linked_role_missing(request, account):
    """https://github.com/aws/copilot-cli/issues/3006"""
    suffix = "amazonaws.com.cn" if account.partition == "aws-cn" else "amazonaws.com"
    if request.get("VPCOptions", {}).get("SubnetIds") and not any(
        linked_role(f"{service}.{suffix}", account) for service in ("opensearchservice", "es")
    ):
        words = (
            "Before you can proceed, you must enable a service-linked role to give Amazon OpenSearch Service permissions to "
            "access your VPC."
        )
        return "ValidationException", words


# Route 53


def normal(name):
    return name.lower().rstrip(".")


@refuses("route53", "ChangeResourceRecordSets")
def record_exists(request, account):
    """https://github.com/hashicorp/terraform-provider-aws/issues/7918"""
    zone = account("route53").get_hosted_zone(request["HostedZoneId"].split("/")[-1])
    held = {(normal(one.name), one.type, one.set_identifier) for one in zone.rrsets}
    for change in request["ChangeBatch"]["Changes"]:
        record = change["ResourceRecordSet"]
        key = (normal(record["Name"]), record["Type"], record.get("SetIdentifier"))
        if change["Action"] == "CREATE" and key in held:
            words = f"[Tried to create resource record set [name='{key[0]}.', type='{key[1]}'] but it already exists]"
            return "InvalidChangeBatch", words


# S3


def put_replication_if_fit(backend, bucket_name, replication):
    """Both buckets are versioned, and where the source has Object Lock the copy has it as well.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html,
    https://github.com/nozaq/terraform-aws-remote-state-s3-backend/issues/107. The words about the lock are made up.
    """
    source, named = backend.buckets.get(bucket_name), replication["Rule"]
    for rule in [named] if isinstance(named, dict) else named:
        copy = backend.buckets.get(rule["Destination"]["Bucket"].split(":")[-1])
        if source and copy and not copy.is_versioned:
            raise S3ClientError("InvalidRequest", "Destination bucket must have versioning enabled.")
        if source and copy and source.object_lock_enabled and not copy.object_lock_enabled:
            raise S3ClientError("InvalidRequest", "Destination bucket must have Object Lock enabled.")
    put_bucket_replication(backend, bucket_name, replication)


# How a rule is asked


def request_of(response):
    """The request, or nothing where moto leaves its parsing to each operation, as its releases for Python 3.9 sometimes do."""
    if response.automated_parameter_parsing:
        return response.params
    return json.loads(response.body) if response.body[:1] == "{" else None


def call_unless_refused(response):
    asked = rules.get((response.boto3_service_name, response._get_action()), [])
    request = request_of(response) if asked else None
    refused = request and next(filter(None, (rule(request, Account(response)) for rule in asked)), None)
    return response.serialized(ActionResult(Refusal(*refused))) if refused else call_action(response)


call_action = BaseResponse.call_action
put_bucket_replication = S3Backend.put_bucket_replication

BaseResponse.call_action = call_unless_refused
S3Backend.put_bucket_replication = put_replication_if_fit
