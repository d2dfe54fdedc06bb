"""The services for which a region has VPC endpoints: of these moto knows few, and can't look one up by its name. The IPv6 networks of
subnets, whose state moto writes in a form of its own. And rules of security groups, of which moto forgets the description and changes only
those about IPv4 networks.
"""

from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.vpcs import VPCs

init_rule = SecurityGroupRule.__init__
modify_rules = SecurityGroupBackend.modify_security_group_rules

GATEWAYS = ("s3", "dynamodb")
INTERFACES = (
    *("s3", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "kms", "kms-fips", "logs", "monitoring", "rds"),
    *("secretsmanager", "sns", "ssm", "ssmmessages", "ec2messages", "sts", "email-smtp", "kinesis-firehose"),
)
# Mail by SMTP knows no principals.
WITHOUT_POLICY = ("email-smtp",)


def describe_services(response):
    zones = [zone.name for zone in response.ec2_backend.describe_availability_zones()]
    services = [("Gateway", each) for each in GATEWAYS] + [("Interface", each) for each in INTERFACES]
    details = [
        {
            "ServiceName": f"com.amazonaws.{response.region}.{service}",
            "ServiceType": [{"ServiceType": kind}],
            "AvailabilityZones": zones,
            "Owner": "amazon",
            "VpcEndpointPolicySupported": service not in WITHOUT_POLICY,
        }
        for kind, service in services
    ]
    filters = {each["Name"]: each.get("Values") or each.get("Value") for each in response._get_param("Filters", [])}
    names = response._get_param("ServiceNames", []) or filters.get("service-name")
    kinds = filters.get("service-type")
    found = [
        each
        for each in details
        if (not names or each["ServiceName"] in names) and (not kinds or each["ServiceType"][0]["ServiceType"] in kinds)
    ]
    return ActionResult(
        {"ServiceNames": sorted({each["ServiceName"] for each in found}), "ServiceDetails": found}
    )


VPCs.describe_vpc_endpoint_services = describe_services


def ipv6_networks(subnet):
    return [
        {
            "associationId": each["associationId"],
            "ipv6CidrBlock": each["ipv6CidrBlock"],
            "ipv6CidrBlockState": {"state": each["ipv6CidrBlockState"]["State"]},
        }
        for each in subnet.ipv6_cidr_block_associations.values()
        if each["ipv6CidrBlockState"]["State"] == "associated"
    ]


Subnet.ipv6_cidr_block_association_set = property(ipv6_networks)


def init_and_describe(rule, backend, protocol, group, first, last, addresses, peer=None, prefix_list=None, **others):
    """moto describes rules by their range of addresses, where there is one."""
    words = (peer or prefix_list or {}).get("Description")
    described = addresses or (words and {"Description": words})
    init_rule(rule, backend, protocol, group, first, last, described, peer, prefix_list, **others)


def modify_any(backend, group_id, rules):
    modify_rules(backend, group_id, rules)
    for rule_id, wanted in rules.items():
        rule = backend.get_security_group_by_name_or_id(group_id).get_rule(rule_id)
        rule.prefix_list_id = wanted.get("PrefixListId")
        if "CidrIpv6" in wanted:
            rule.ip_range["CidrIpv6"] = wanted["CidrIpv6"]
        if "ReferencedGroupId" in wanted:
            rule.source_group["GroupId"] = wanted["ReferencedGroupId"]


SecurityGroupRule.__init__ = init_and_describe
SecurityGroupBackend.modify_security_group_rules = modify_any
