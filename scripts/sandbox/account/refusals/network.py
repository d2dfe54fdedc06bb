"""EC2: security groups, their rules, and VPC endpoints."""

from ipaddress import ip_network

from ec2 import GATEWAYS, INTERFACES, WITHOUT_POLICY
from refusals.rules import refuses

API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_{}.html"
ENDPOINT = API.format("CreateVpcEndpoint")
AUTHORIZE = "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress"


@refuses("ec2", "CreateSecurityGroup", API.format("CreateSecurityGroup"))
def group_name_in_use(request, account):
    name, vpc = request["GroupName"], request.get("VpcId")
    if any(one.name.lower() == name.lower() for one in list(account("ec2").groups[vpc].values())):
        return "InvalidGroup.Duplicate", f"The security group '{name}' already exists for VPC '{vpc}'"


@refuses("ec2", "DeleteSecurityGroup", API.format("DeleteSecurityGroup"))
def group_in_use(request, account):
    """By a network interface, or a rule of another group. moto leaves the interface of a task behind when the task ends, and
    makes none for load balancers and databases."""
    ec2, name = account("ec2"), request.get("GroupId")
    interfaces = [one for one in list(ec2.enis.values()) if one.description != "moto ECS"]
    balancers, clusters = account("elbv2").load_balancers.values(), account("rds").clusters.values()
    held = [[group.id for group in one.group_set] for one in interfaces]
    held += [one.security_groups or [] for one in list(balancers)]
    held += [one.vpc_security_group_ids or [] for one in list(clusters)]
    others = [one for groups in ec2.groups.values() for one in list(groups.values()) if one.id != name]
    rules = [rule for one in others for rule in [*one.ingress_rules, *one.egress_rules]]
    if any(name in ids for ids in held) or any(rule.source_group.get("GroupId") == name for rule in rules):
        return "DependencyViolation", f"resource {name} has a dependent object"


def networks_of(permission):
    yield from (one.get("CidrIp") for one in permission.get("IpRanges", []))
    yield from (one.get("CidrIpv6") for one in permission.get("Ipv6Ranges", []))


def is_network(text):
    try:
        return bool(ip_network(text))
    except ValueError:
        return False


@refuses("ec2", AUTHORIZE, API.format("AuthorizeSecurityGroupIngress"))
def rules_of_groups(request, account):
    for one in request.get("IpPermissions", []):
        protocol, first, last = one.get("IpProtocol"), one.get("FromPort"), one.get("ToPort")
        peers = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
        if not any(one.get(peer) for peer in peers):
            return "InvalidParameterValue", "Invalid value for the rule: a source or destination must be specified."
        wrong = next((text for text in networks_of(one) if not is_network(text)), None)
        if wrong:
            return "InvalidParameterValue", f"CIDR block {wrong} is malformed"
        if protocol in ("tcp", "udp", "6", "17"):
            if first is None or last is None:
                return "MissingParameter", "The request must contain the parameter FromPort and ToPort"
            if not (0 <= first <= 65535 and 0 <= last <= 65535):
                return "InvalidParameterValue", f"Invalid value '{first}-{last}' for portRange."
            if first > last:
                return "InvalidParameterValue", f"Invalid TCP/UDP port range ({first}:{last})."


@refuses("ec2", "CreateVpcEndpoint", "https://github.com/hashicorp/terraform-provider-aws/issues/17535")
def private_name_in_use(request, account):
    """A VPC has one private name for a service."""
    service, vpc = request.get("ServiceName"), request["VpcId"]
    present = [one for one in list(account("ec2").vpc_end_points.values()) if one.state != "deleted"]
    others = [one for one in present if (one.service_name, one.vpc_id) == (service, vpc)]
    if request.get("PrivateDnsEnabled") and any(one.private_dns_enabled in (True, "true") for one in others):
        domain = ".".join([*service.split(".")[:1:-1], "amazonaws.com"])
        conflict = f"there is already a conflicting DNS domain for {domain} in the VPC {vpc}"
        return "InvalidParameter", f"private-dns-enabled cannot be set because {conflict}"


@refuses("ec2", "CreateVpcEndpoint", ENDPOINT)
def endpoint_service(request, account):
    """Of AWS's own services, those that `ec2.py` lists for the region. Of another account's nothing is known."""
    kind, name = request.get("VpcEndpointType", "Gateway"), request.get("ServiceName", "")
    if name.startswith("com.amazonaws.vpce."):
        return None
    known = {"Gateway": GATEWAYS, "Interface": INTERFACES}.get(kind, ())
    if name.split(f".amazonaws.{account.region}.")[-1] not in known or f".{account.region}." not in name:
        return "InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist"
    foreign = ("RouteTableIds",) if kind == "Interface" else ("SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled")
    for parameter in foreign:
        if request.get(parameter):
            return "InvalidParameter", f"{parameter} is not supported for endpoints of type {kind}."
    if request.get("PolicyDocument") and name.endswith(WITHOUT_POLICY):
        return "InvalidParameter", f"The endpoint service {name} does not support endpoint policies."


@refuses("ec2", "CreateVpcEndpoint ModifyVpcEndpoint", ENDPOINT)
def endpoint_subnets(request, account):
    endpoint = account("ec2").vpc_end_points.get(request.get("VpcEndpointId"))
    vpc = request.get("VpcId") or (endpoint and endpoint.vpc_id)
    subnets = account.subnets(request.get("SubnetIds") or request.get("AddSubnetIds"))
    foreign = next((one.id for one in subnets if one.vpc_id != vpc), None)
    if foreign:
        return "InvalidParameter", f"Subnet {foreign} is not in VPC {vpc}"
    removed = request.get("RemoveSubnetIds", [])
    held = account.subnets([one for one in (endpoint.subnet_ids or []) if one not in removed] if endpoint else [])
    zones = [one.availability_zone for one in [*held, *subnets]]
    if len(set(zones)) < len(zones):
        last = subnets[-1].id if subnets else ""
        return "DuplicateSubnetsInSameZone", f"Found another VPC endpoint subnet in the availability zone of {last}."
    groups = account.groups(request.get("SecurityGroupIds") or request.get("AddSecurityGroupIds"))
    for name, group in groups.items():
        if group is None:
            return "InvalidGroup.NotFound", f"The security group '{name}' does not exist"
        if group.vpc_id != vpc:
            return "InvalidParameter", f"Security group {name} and VPC {vpc} belong to different networks."


@refuses("ec2", "CreateVpcEndpoint ModifyVpcEndpoint", ENDPOINT)
def private_dns_needs_dns(request, account):
    endpoint = account("ec2").vpc_end_points.get(request.get("VpcEndpointId"))
    vpc = account("ec2").vpcs.get(request.get("VpcId") or (endpoint and endpoint.vpc_id))
    if vpc and request.get("PrivateDnsEnabled") and str(vpc.enable_dns_hostnames).lower() != "true":
        words = "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for"
        return "InvalidParameter", f"{words} {vpc.id}"
