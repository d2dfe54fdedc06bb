"""Elastic Load Balancing."""

from refusals.rules import refuses

API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_{}.html"
CREATE = API.format("CreateLoadBalancer")


def subnets_of(request, account):
    ids = request.get("Subnets") or [one["SubnetId"] for one in request.get("SubnetMappings", [])]
    return account.subnets(ids)


@refuses("elbv2", "CreateLoadBalancer SetSubnets", "https://github.com/robertdebock/terraform-aws-vault/issues/5")
def one_subnet_per_zone(request, account):
    zones = [subnet.availability_zone for subnet in subnets_of(request, account)]
    if len(set(zones)) < len(zones):
        words = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        return "InvalidConfigurationRequest", words


@refuses("elbv2", "CreateLoadBalancer SetSubnets", CREATE)
def one_vpc(request, account):
    if len({subnet.vpc_id for subnet in subnets_of(request, account)}) > 1:
        return "InvalidConfigurationRequest", "All subnets must belong to the same VPC"


@refuses("elbv2", "SetSubnets", "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/4171")
def subnet_stays_in_its_zone(request, account):
    """A subnet has to go before another one of its zone comes."""
    balancer = account("elbv2").load_balancers.get(request["LoadBalancerArn"])
    used = {subnet.availability_zone: subnet.id for subnet in balancer.subnets} if balancer else {}
    for subnet in subnets_of(request, account):
        if used.get(subnet.availability_zone, subnet.id) != subnet.id:
            return "InvalidConfigurationRequest", (
                "You cannot specify an additional subnet from an Availability Zone that is already associated with the load "
                f"balancer. The Availability Zone '{subnet.availability_zone}' is already associated."
            )


@refuses(
    "elbv2",
    "CreateLoadBalancer SetSubnets SetIpAddressType",
    "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/4852",
)
def ipv6_in_every_subnet(request, account):
    balancer = account("elbv2").load_balancers.get(request.get("LoadBalancerArn"))
    ip_type = request.get("IpAddressType") or (balancer.ip_address_type if balancer else "ipv4")
    subnets = subnets_of(request, account) or (balancer.subnets if balancer else [])
    if ip_type == "dualstack" and not all(subnet.ipv6_cidr_block_associations for subnet in subnets):
        return "ValidationError", "You must specify subnets with an associated IPv6 CIDR block."


@refuses("elbv2", "CreateLoadBalancer SetSecurityGroups", CREATE)
def security_groups(request, account):
    balancer = account("elbv2").load_balancers.get(request.get("LoadBalancerArn"))
    vpcs = {balancer.vpc_id} if balancer else {subnet.vpc_id for subnet in subnets_of(request, account)}
    for name, group in account.groups(request.get("SecurityGroups")).items():
        if group is None:
            return "InvalidSecurityGroup", f"Security group '{name}' does not exist"
        if vpcs and group.vpc_id not in vpcs:
            return "InvalidConfigurationRequest", f"Security group '{name}' does not belong to VPC '{vpcs.pop()}'"


@refuses("elbv2", "CreateLoadBalancer", CREATE)
def load_balancer_name_in_use(request, account):
    """moto makes a second one."""
    if any(one.name == request["Name"] for one in list(account("elbv2").load_balancers.values())):
        words = f"A load balancer with the same name '{request['Name']}' exists, but with different settings"
        return "DuplicateLoadBalancerName", words


@refuses("elbv2", "DeleteLoadBalancer", "https://github.com/aws-cloudformation/rain/issues/187")
def deletion_protection(request, account):
    arn = request["LoadBalancerArn"]
    balancer = account("elbv2").load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        words = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        return "OperationNotPermitted", words


@refuses(
    "elbv2",
    "ModifyLoadBalancerAttributes",
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
)
def log_bucket(request, account):
    """AWS tries to write into the bucket before it accepts it."""
    asked = {one["Key"]: one.get("Value", "") for one in request["Attributes"]}
    name = asked.get("access_logs.s3.bucket")
    if asked.get("access_logs.s3.enabled") == "true" and name:
        bucket = account.bucket(name)
        policy = bucket.policy if bucket else b""
        if "delivery.logs.amazonaws.com" not in (policy.decode() if isinstance(policy, bytes) else str(policy)):
            return "InvalidConfigurationRequest", f"Access Denied for bucket: {name}. Please check S3bucket permission"


@refuses("elbv2", "CreateListener", API.format("CreateListener"))
def port_in_use(request, account):
    arn = request["LoadBalancerArn"]
    balancer = account("elbv2").load_balancers.get(arn)
    if balancer and any(one.port == request.get("Port") for one in list(balancer.listeners.values())):
        return "DuplicateListener", f"A listener already exists on this port for this load balancer '{arn}'"


@refuses("elbv2", "CreateListener", "https://github.com/pulumi/pulumi-awsx/issues/1242")
def certificate_and_protocol(request, account):
    protocol = request.get("Protocol")
    if protocol == "TLS" and not request.get("Certificates"):
        return "ValidationError", "A certificate must be specified for TLS listeners"
    if protocol in ("TCP", "UDP", "TCP_UDP"):
        for parameter in ("Certificates", "SslPolicy", "AlpnPolicy"):
            if request.get(parameter):
                return "ValidationError", f"{parameter} cannot be specified for {protocol} listeners"


@refuses(
    "elbv2",
    "CreateListener ModifyListener AddListenerCertificates",
    "https://github.com/hashicorp/terraform-provider-aws/issues/41789",
)
def certificate_issued(request, account):
    for arn in (one.get("CertificateArn", "") for one in request.get("Certificates") or []):
        held = account("acm")._certificates.get(arn)
        if ":acm:" in arn and held is None:
            return "CertificateNotFound", f"Certificate '{arn}' not found"
        if held:
            held.check()
        if held and held.status != "ISSUED":
            words = "must have a fully-qualified domain name, a supported signature, and a supported key size."
            return "UnsupportedCertificate", f"The certificate '{arn}' {words}"


@refuses("elbv2", "CreateListener ModifyListener", API.format("CreateListener"))
def target_group_fits(request, account):
    """Of network load balancers, which forward and nothing else."""
    elb, named = account("elbv2"), request.get("LoadBalancerArn")
    listeners = {arn: one for each in list(elb.load_balancers.values()) for arn, one in each.listeners.items()}
    listener = listeners.get(request.get("ListenerArn"))
    balancer = elb.load_balancers.get(named or (listener and listener.load_balancer_arn))
    protocol = request.get("Protocol") or (listener and listener.protocol)
    if not balancer or protocol not in ("TCP", "TLS", "UDP", "TCP_UDP"):
        return None
    for action in request.get("DefaultActions", []):
        group = elb.target_groups.get(action.get("TargetGroupArn"))
        if action["Type"] != "forward":
            words = f"Actions of type '{action['Type']}' are not supported by {protocol} listeners"
            return "InvalidLoadBalancerAction", words
        if group and group.vpc_id != balancer.vpc_id:
            words = f"The following target groups do not belong to the load balancer's VPC: '{group.arn}'"
            return "InvalidConfigurationRequest", words
        if group and group.protocol not in (("TCP", "TLS") if protocol == "TLS" else (protocol,)):
            words = f"Listener protocol '{protocol}' is not compatible with protocol '{group.protocol}'"
            return "IncompatibleProtocols", words


@refuses("elbv2", "CreateTargetGroup", API.format("CreateTargetGroup"))
def health_check_by_tcp(request, account):
    is_network = request.get("Protocol") in ("TCP", "TLS", "UDP", "TCP_UDP")
    if is_network and request.get("HealthCheckProtocol", "TCP") == "TCP":
        for parameter in ("HealthCheckPath", "Matcher"):
            if request.get(parameter):
                return "ValidationError", f"{parameter} cannot be specified for health checks with protocol 'TCP'"


@refuses("elbv2", "CreateTargetGroup ModifyTargetGroup", API.format("CreateTargetGroup"))
def health_check_timeout(request, account):
    timeout, interval = request.get("HealthCheckTimeoutSeconds"), request.get("HealthCheckIntervalSeconds")
    if timeout and interval and timeout >= interval:
        return "ValidationError", "Health check interval must be greater than the timeout."


def balancers_of(group_arn, elbv2):
    """The load balancers with a listener or rule that sends requests to the target group."""

    def sends(action):
        forward = action.data.get("ForwardConfig", {}).get("TargetGroups", [])
        return group_arn in (action.data.get("TargetGroupArn"), *(one["TargetGroupArn"] for one in forward))

    def actions(listener):
        return [*listener.default_actions, *(action for rule in list(listener.rules.values()) for action in rule.actions)]

    return [
        balancer
        for balancer in list(elbv2.load_balancers.values())
        if any(sends(action) for listener in list(balancer.listeners.values()) for action in actions(listener))
    ]
