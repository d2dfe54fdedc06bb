"""IAM, certificates and DNS."""

from ipaddress import IPv4Address, IPv6Address

from refusals.rules import refuses

IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_{}.html"
ACM = "https://docs.aws.amazon.com/acm/latest/APIReference/API_{}.html"
ADDRESSES = {
    "A": (IPv4Address, "ARRDATAIllegalIPv4Address"),
    "AAAA": (IPv6Address, "AAAARRDATAIllegalIPv6Address"),
}
ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_{}.html"


@refuses("iam", "CreateRole", IAM.format("CreateRole"))
def role_name_in_use(request, account):
    """Names aren't distinguished by case."""
    name = request["RoleName"]
    if any(role.name.lower() == name.lower() for role in list(account("iam").roles.values())):
        return "EntityAlreadyExists", f"Role with name {name} already exists."


def linked_role(service, account):
    """The role that is linked to a service; there is one in an account."""
    path = f"/aws-service-role/{service}/"
    return next((role for role in list(account("iam").roles.values()) if role.path == path), None)


@refuses("iam", "CreateServiceLinkedRole", "https://github.com/lgallard/terraform-aws-elasticsearch/issues/5")
def linked_role_exists(request, account):
    role = linked_role(request["AWSServiceName"], account)
    if role and not request.get("CustomSuffix"):
        words = f"Service role name {role.name} has been taken in this account, please try a different suffix."
        return "InvalidInput", words


# Certificates


@refuses("acm", "DeleteCertificate", ACM.format("DeleteCertificate"))
def certificate_in_use(request, account):
    arn = request["CertificateArn"]
    balancers = list(account("elbv2").load_balancers.values())
    if any(arn in listener.certificates for one in balancers for listener in one.listeners.values()):
        return "ResourceInUseException", f"Certificate {arn} in account {account.id} is in use."


# Route 53


def normal(name):
    return name.lower().rstrip(".")


def is_address(value, kind):
    try:
        return bool(kind(value))
    except ValueError:
        return False


@refuses("route53", "ChangeResourceRecordSets ListResourceRecordSets GetHostedZone", ROUTE53.format("GetHostedZone"))
def zone_exists(request, account):
    name = (request.get("HostedZoneId") or request.get("Id")).split("/")[-1]
    if name not in account("route53").zones:
        return "NoSuchHostedZone", f"No hosted zone found with ID: {name}"


@refuses("route53", "ChangeResourceRecordSets", "https://github.com/hashicorp/terraform-provider-aws/issues/7918")
def records(request, account):
    zone_id = request["HostedZoneId"].split("/")[-1]
    zone = account("route53").zones.get(zone_id)
    held = {(normal(one.name), type_of(one), one.set_identifier): one for one in (zone.rrsets if zone else [])}
    for change in request["ChangeBatch"]["Changes"]:
        record, action = change["ResourceRecordSet"], change["Action"]
        name, kind = normal(record["Name"]), record["Type"]
        found = held.get((name, kind, record.get("SetIdentifier")))
        if action == "CREATE" and found:
            words = f"Tried to create resource record set [name='{name}.', type='{kind}'] but it already exists"
            return "InvalidChangeBatch", f"[{words}]"
        fault = form_of(record, zone_id)
        if fault:
            return fault
        if action == "DELETE" and found and values_of(record) != sorted(str(one) for one in found.records or []):
            words = f"Tried to delete resource record set [name='{name}.', type='{kind}']"
            return "InvalidChangeBatch", f"[{words} but the values provided do not match the current values]"


def type_of(held):
    """The last release of moto for Python 3.9 has another name for it."""
    return getattr(held, "type", None) or held.type_


def values_of(record):
    return sorted(one["Value"] for one in record.get("ResourceRecords", []))


def form_of(record, zone_id):
    alias, values = record.get("AliasTarget"), values_of(record)
    if bool(alias) == bool(values and "TTL" in record) or (alias and (values or "TTL" in record)):
        found = "more than one" if alias else "none"
        words = "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]"
        return "InvalidInput", f"Invalid request: Expected exactly one of {words}, but found {found} in Change"
    if alias and record["Type"] == "CNAME" and alias["HostedZoneId"] != zone_id:
        return "InvalidChangeBatch", f"[Tried to create an alias that targets {alias['DNSName']}, type CNAME, in another zone]"
    for value in values:
        kind, fault = ADDRESSES.get(record["Type"], (None, None))
        if kind and not is_address(value, kind):
            words = f"FATAL problem: {fault} encountered with '{value}'"
            return "InvalidChangeBatch", f"[Invalid Resource Record: '{words}']"
        if record["Type"] == "TXT" and not (value.startswith('"') and value.endswith('"')):
            words = "InvalidCharacterString (Value should be enclosed in quotation marks) encountered with"
            return "InvalidChangeBatch", f"[Invalid Resource Record: '{words} '{value}'']"
    return None


@refuses("route53", "CreateHostedZone AssociateVPCWithHostedZone", ROUTE53.format("AssociateVPCWithHostedZone"))
def vpc_of_a_zone(request, account):
    vpc = request.get("VPC")
    if vpc and vpc.get("VPCId") not in account("ec2", vpc.get("VPCRegion")).vpcs:
        words = f"The VPC {vpc.get('VPCId')} in region {vpc.get('VPCRegion')} that you provided is not valid."
        return "InvalidVPCId", words


@refuses("route53", "CreateHostedZone", ROUTE53.format("CreateHostedZone"))
def caller_reference(request, account):
    reference = request["CallerReference"]
    if any(zone.caller_reference == reference for zone in list(account("route53").zones.values())):
        words = f"A hosted zone has already been created with the specified caller reference {reference}."
        return "HostedZoneAlreadyExists", words


@refuses("route53", "CreateHealthCheck", ROUTE53.format("HealthCheckConfig"))
def health_check(request, account):
    config = request["HealthCheckConfig"]
    is_named = config.get("FullyQualifiedDomainName") or config.get("IPAddress")
    if config["Type"] in ("HTTP", "HTTPS", "TCP") and not is_named:
        words = "Either an IP address or a fully qualified domain name must be specified"
        return "InvalidInput", f"Invalid parameter : {words}"
    if config.get("RequestInterval", 30) not in (10, 30):
        return "InvalidInput", "Invalid parameter : RequestInterval must be 10 or 30"


@refuses("route53", "CreateQueryLoggingConfig", ROUTE53.format("CreateQueryLoggingConfig"))
def query_log(request, account):
    policies = account("logs", "us-east-1").resource_policies.values()
    if not any("route53.amazonaws.com" in policy.policy_document for policy in policies):
        words = "The resource policy that you're using for Route 53 query logging doesn't grant Route 53 sufficient permission"
        return "InsufficientCloudWatchLogsResourcePolicy", f"{words} to create a log stream in the specified log group."
