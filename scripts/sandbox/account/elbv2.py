"""Network load balancers: targets that no load balancer reaches are unused, and TLS listeners and the checks of TCP targets change."""

from ipaddress import ip_address, ip_network

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup, elbv2_backends

from refusals.loadbalancing import balancers_of

health_for = FakeTargetGroup.health_for
modify_listener = ELBv2Backend.modify_listener
modify_target_group = ELBv2Backend.modify_target_group


def health_in_zone(group, target, ec2):
    """API, TargetHealth.Reason, of Target.NotInUse: "The target group is not used by any load balancer or the target is in
    an Availability Zone that is not enabled for its load balancer"."""
    status = health_for(group, target, ec2)
    if status.status != "healthy" or group.target_type != "ip":
        return status
    balancers = balancers_of(group.arn, elbv2_backends[group.account_id][group.region_name])
    enabled = {subnet.availability_zone for balancer in balancers for subnet in balancer.subnets}
    zones = {
        subnet.availability_zone
        for subnet in ec2.describe_subnets()
        if subnet.vpc_id == group.vpc_id and ip_address(status.instance_id) in ip_network(subnet.cidr_block)
    }
    if balancers and zones <= enabled:
        return status
    words = "Target is in an Availability Zone that is not enabled for the load balancer"
    if not balancers:
        words = "Target group is not configured to receive traffic from the load balancer"
    return FakeHealthStatus(
        status.instance_id, status.port, status.health_check_port, "unused", "Target.NotInUse", words
    )


def modify_and_certify(backend, arn, port=None, protocol=None, ssl_policy=None, certificates=None, actions=None):
    """moto refuses TLS here, and takes a new certificate for HTTPS listeners only."""
    is_tls = protocol == "TLS"
    listener = modify_listener(backend, arn, port, None if is_tls else protocol, ssl_policy, certificates, actions)
    listener.protocol = protocol or listener.protocol
    if certificates and listener.protocol == "TLS":
        listener.certificates = [each["CertificateArn"] for each in certificates]
        listener.certificate = listener.certificates[0]
    return listener


def modify_and_match(backend, arn, *checks, **others):
    """moto changes the codes of healthy targets, the last of these settings, for groups by HTTP only."""
    group = modify_target_group(backend, arn, *checks, **others)
    if checks[-1] is not None:
        group.matcher = {"HttpCode": checks[-1]}
    return group


FakeTargetGroup.health_for = health_in_zone
ELBv2Backend.modify_target_group = modify_and_match
ELBv2Backend.modify_listener = modify_and_certify
