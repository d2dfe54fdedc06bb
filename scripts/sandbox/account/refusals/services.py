"""Services and clusters of ECS, and their Application Auto Scaling."""

from moto.core.utils import utcnow

from refusals.loadbalancing import balancers_of
from refusals.rules import refuses

API = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_{}.html"
EXEC = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html"
SCALING = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_{}.html"
SERVICE = API.format("CreateService")
INVALID = "InvalidParameterException"


@refuses("ecs", "PutClusterCapacityProviders", API.format("PutClusterCapacityProviders"))
def capacity_providers(request, account):
    kept = request["capacityProviders"]
    for one in request["defaultCapacityProviderStrategy"]:
        if one["capacityProvider"] not in kept:
            return INVALID, f"The capacity provider {one['capacityProvider']} is not associated with the cluster."
    for service in services_in(request["cluster"], account):
        for one in getattr(service, "capacity_provider_strategy", None) or []:
            if one["capacityProvider"] not in kept:
                return "ResourceInUseException", "The specified capacity provider is in use and cannot be removed."


@refuses("ecs", "DeleteCluster", API.format("DeleteCluster"))
def cluster_contains_services(request, account):
    if services_in(request["cluster"], account):
        return "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."


def services_in(cluster, account):
    known = list(account("ecs").services.values())
    return [one for one in known if one.cluster_name == cluster.split("/")[-1] and one.status == "ACTIVE"]


def definition_of(request, account):
    """The task definition that is asked for, or that a service has."""
    ecs, name = account("ecs"), request.get("taskDefinition")
    if not name:
        cluster, service = request.get("cluster", "default").split("/")[-1], str(request.get("service")).split("/")[-1]
        held = next((one for one in services_in(cluster, account) if one.name == service), None)
        name = held and held.task_definition
    family, _, revision = (name or "").split("/")[-1].partition(":")
    known = ecs.task_definitions.get(family, {})
    active = [number for number, one in known.items() if one.status == "ACTIVE"]
    return known.get(int(revision) if revision else max(active, default=0))


@refuses("ecs", "CreateService UpdateService RunTask", SERVICE)
def task_definition_active(request, account):
    if "taskDefinition" in request and getattr(definition_of(request, account), "status", "INACTIVE") != "ACTIVE":
        return "ClientException", "TaskDefinition is inactive"


@refuses("ecs", "CreateService UpdateService RunTask", SERVICE)
def network_of_tasks(request, account):
    definition = definition_of(request, account)
    config = request.get("networkConfiguration", {}).get("awsvpcConfiguration")
    if definition and definition.network_mode == "awsvpc" and config is None and "service" not in request:
        return INVALID, "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    subnets = account.subnets((config or {}).get("subnets"))
    if config and len(subnets) < len(set(config["subnets"])):
        missing = set(config["subnets"]) - {subnet.id for subnet in subnets}
        return INVALID, f"Error retrieving subnet information for {sorted(missing)}: The subnet ID does not exist"
    vpcs = {subnet.vpc_id for subnet in subnets}
    if len(vpcs) > 1:
        return INVALID, "The subnets must all belong to the same VPC."
    for name, group in account.groups((config or {}).get("securityGroups")).items():
        if group is None:
            words = f"The security group '{name}' does not exist"
            return INVALID, f"Error retrieving security group information for [{name}]: {words}"
        if vpcs and group.vpc_id not in vpcs:
            return INVALID, f"Security group {name} does not appear to belong to the same VPC as the input subnets."


@refuses("ecs", "CreateService UpdateService", "https://github.com/cloudposse/terraform-aws-ecs-web-app/issues/226")
def target_groups(request, account):
    definition, elb = definition_of(request, account), account("elbv2")
    ids = request.get("networkConfiguration", {}).get("awsvpcConfiguration", {}).get("subnets")
    vpcs = {subnet.vpc_id for subnet in account.subnets(ids)}
    for one in request.get("loadBalancers", []):
        arn, name, port = one.get("targetGroupArn"), one.get("containerName"), one.get("containerPort")
        group = elb.target_groups.get(arn)
        if group is None:
            return INVALID, f"Unable to assume role and validate the specified targetGroupArn {arn}: it does not exist."
        if not balancers_of(arn, elb):
            return INVALID, f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        if definition and definition.network_mode == "awsvpc" and group.target_type != "ip":
            words = "which is incompatible with the awsvpc network mode specified in the task definition."
            return INVALID, f"The provided target group {arn} has target type {group.target_type}, {words}"
        if vpcs and group.vpc_id not in vpcs:
            return INVALID, f"The target group {arn} is not in the same VPC as the input subnets."
        containers = definition.container_definitions if definition else []
        held = {each["name"]: each.get("portMappings", []) for each in containers}
        if definition and name not in held:
            return INVALID, f"The container {name} does not exist in the task definition."
        if definition and all(each.get("containerPort") != port for each in held[name]):
            return INVALID, f"The container {name} did not have a container port {port} defined."


@refuses("ecs", "CreateService", SERVICE)
def launch_type(request, account):
    cluster = account("ecs").clusters.get(request.get("cluster", "default").split("/")[-1])
    strategy, kind = request.get("capacityProviderStrategy"), request.get("launchType")
    if strategy and kind:
        words = "Specifying both a launch type and capacity provider strategy is not supported."
        return INVALID, f"{words} Remove one and try again."
    default = cluster and cluster.default_capacity_provider_strategy
    definition = definition_of(request, account)
    if definition and not strategy and not default and "FARGATE" in (definition.requires_compatibilities or []):
        if (kind or "EC2") != "FARGATE":
            return INVALID, f"Task definition does not support launch_type {kind or 'EC2'}."


@refuses("ecs", "CreateService UpdateService RunTask", SERVICE)
def capacity_providers_of_cluster(request, account):
    cluster = account("ecs").clusters.get(request.get("cluster", "default").split("/")[-1])
    for one in request.get("capacityProviderStrategy", []):
        if cluster and one["capacityProvider"] not in (cluster.capacity_providers or []):
            words = f"is not associated with cluster {cluster.name}."
            return INVALID, f"The capacity provider {one['capacityProvider']} {words}"


@refuses("ecs", "CreateService UpdateService", API.format("DeploymentConfiguration"))
def room_for_a_deployment(request, account):
    config = request.get("deploymentConfiguration", {})
    least, most = config.get("minimumHealthyPercent", 100), config.get("maximumPercent", 200)
    if not 0 <= least <= 100 or not 100 <= most <= 200:
        return INVALID, "minimumHealthyPercent must be between 0 and 100, and maximumPercent between 100 and 200."
    if most <= least:
        return INVALID, "maximumPercent must be greater than minimumHealthyPercent."
    if request.get("availabilityZoneRebalancing") == "ENABLED" and most == 100:
        return INVALID, "Availability Zone rebalancing needs a maximumPercent greater than 100."


@refuses("ecs", "CreateService UpdateService RunTask", EXEC)
def exec_needs_a_task_role(request, account):
    definition = definition_of(request, account)
    if request.get("enableExecuteCommand") and definition and not getattr(definition, "task_role_arn", None):
        words = "couldn't be created because a valid taskRoleArn is not being used."
        return INVALID, f"The service {words} Specify a valid task role in your task definition and try again."


@refuses("ecs", "RunTask", "https://github.com/pulumi/pulumi-awsx/issues/927")
def role_not_yet_known(request, account):
    """IAM is eventually consistent: the first launch with a role of this minute fails."""
    definition = definition_of(request, account)
    roles = {role.arn: role for role in list(account("iam").roles.values())}
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


# Application Auto Scaling


def target_of(request, account):
    return account("application-autoscaling").targets.get(request["ScalableDimension"], {}).get(request["ResourceId"])


@refuses("application-autoscaling", "RegisterScalableTarget", SCALING.format("RegisterScalableTarget"))
def capacities(request, account):
    held = target_of(request, account)
    least = request.get("MinCapacity", held and held.min_capacity)
    most = request.get("MaxCapacity", held and held.max_capacity)
    if least is None or most is None:
        words = "when a scalable target is registered"
        return "ValidationException", f"Both MinCapacity and MaxCapacity are required {words}"
    if least > most:
        return "ValidationException", "Maximum capacity cannot be less than minimum capacity"


@refuses("application-autoscaling", "PutScalingPolicy", SCALING.format("PutScalingPolicy"))
def policy_of_a_target(request, account):
    if target_of(request, account) is None:
        place = f"resource ID: {request['ResourceId']}, scalable dimension: {request['ScalableDimension']}"
        words = f"service namespace: {request['ServiceNamespace']}, {place}"
        return "ObjectNotFoundException", f"No scalable target registered for {words}"
    config = request.get("TargetTrackingScalingPolicyConfiguration")
    if request.get("PolicyType") == "TargetTrackingScaling" and not config:
        return "ValidationException", "TargetTrackingScalingPolicyConfiguration is required for policies of this type"
    metric = (config or {}).get("PredefinedMetricSpecification", {}).get("PredefinedMetricType", "ECSService")
    if request["ServiceNamespace"] == "ecs" and not metric.startswith(("ECSService", "ALBRequestCount")):
        return "ValidationException", f"The metric type {metric} is not supported for this resource"
