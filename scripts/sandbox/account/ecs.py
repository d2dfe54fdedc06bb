"""ECS that runs what its services ask for: moto keeps the settings of a service but never acts on them.

A service has its tasks at once: they count as running, the primary deployment is that of the service's task definition, and
each task is a target of the service's load balancers. A deployment ends when those targets are healthy. It fails where a
container doesn't start: its image isn't in its ECR repository, or its manifest says "exits with 1", or its log group or one
of its secrets isn't there.
"""

import re
from copy import copy
from ipaddress import ip_network
from itertools import cycle, islice

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, unix_time_millis, utcnow
from moto.ec2.models import ec2_backends
from moto.ecr.exceptions import ImageNotFoundException
from moto.ecr.models import ecr_backends
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random
from moto.secretsmanager.models import secretsmanager_backends

update_service = EC2ContainerServiceBackend.update_service
delete_service = EC2ContainerServiceBackend.delete_service
run_task = EC2ContainerServiceBackend.run_task
describe_services = EC2ContainerServiceBackend.describe_services
create_service = EC2ContainerServiceResponse.create_service
required_resources = EC2ContainerServiceBackend._calculate_task_resource_requirements


def create_and_run(response):
    backend, request = response.ecs_backend, response._get_params()
    known, _ = backend.describe_services(request.get("cluster", "default"), [request["serviceName"]])
    if any(service.status == "ACTIVE" for service in known):
        raise InvalidParameterException("Creation of service was not idempotent.")
    create_service(response)
    # moto drops most settings of a creation and takes the same ones from an update.
    settings = {camelcase_to_underscores(key): value for key, value in request.items()}
    settings["service"] = settings.pop("service_name")
    settings["force_new_deployment"] = True
    return ActionResult({"service": backend.update_service(settings)})


def update_and_run(backend, settings):
    forced = settings.get("force_new_deployment", False)
    service = update_service(backend, settings)
    run(backend, service, forced)
    return service


def stop_and_delete(backend, cluster_name, service_name, force):
    service = delete_service(backend, cluster_name, service_name, force)
    service.desired_count = service.running_count = 0
    register_targets(backend, service)
    return service


def describe_and_run(backend, cluster_str, service_names_or_arns):
    services, failures = describe_services(backend, cluster_str, service_names_or_arns)
    for service in services:
        if service.status == "ACTIVE" and service.deployments[0]["rolloutState"] == "IN_PROGRESS":
            proceed(backend, service)
    return services, failures


def run(backend, service, forced):
    """Rolls the service out, in no time."""
    service.task_definition = backend.describe_task_definition(service.task_definition).arn
    service.pending_count = 0
    if getattr(service, "capacity_provider_strategy", None):
        service.launch_type = None
    deployment = service.deployments[0]
    if forced or deployment["taskDefinition"] != service.task_definition:
        number = mock_random.randint(10**18, 10**19 - 1)
        deployment = {**deployment, "id": f"ecs-svc/{number}", "createdAt": utcnow(), "rolloutState": "IN_PROGRESS"}
    deployment.update(
        desiredCount=service.desired_count,
        launchType=service.launch_type,
        networkConfiguration=service.network_configuration,
        pendingCount=0,
        taskDefinition=service.task_definition,
        updatedAt=utcnow(),
    )
    before, service.deployments = service.deployments[0], [deployment]
    proceed(backend, service, before)


def proceed(backend, service, before=None):
    """Brings the deployment as far as it gets. One that failed isn't tried again: ECS waits for a new deployment."""
    deployment = service.deployments[0]
    definition = backend.describe_task_definition(service.task_definition)
    if deployment["rolloutState"] == "IN_PROGRESS" and not all(
        starts(one["image"]) and finds(one, backend) for one in definition.container_definitions
    ):
        fail(service, deployment, before)
    current = service.deployments[0]
    service.running_count = current["runningCount"] = (
        0 if current["rolloutState"] == "FAILED" else service.desired_count
    )
    register_targets(backend, service)
    if current["rolloutState"] == "IN_PROGRESS" and all_healthy(backend, service):
        current.update(rolloutState="COMPLETED", rolloutStateReason=f"ECS deployment {current['id']} completed.")
        report(service, f"(deployment {current['id']}) deployment completed.")
        report(service, "has reached a steady state.")


def fail(service, deployment, before):
    """The circuit breaker: back to the deployment from before where that was completed, otherwise no further."""
    reason = "ECS deployment circuit breaker: tasks failed to start."
    deployment.update(rolloutState="FAILED", rolloutStateReason=reason, runningCount=0)
    report(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
    breaker = (getattr(service, "deployment_configuration", None) or {}).get("deploymentCircuitBreaker", {})
    if breaker.get("rollback") and before and before["rolloutState"] == "COMPLETED":
        rolling_back = f"ECS deployment circuit breaker: rolling back to deploymentId {before['id']}."
        deployment["status"] = "INACTIVE"
        service.deployments = [{**before, "rolloutStateReason": rolling_back}, deployment]
        service.task_definition = before["taskDefinition"]
        report(service, rolling_back)


def report(service, words):
    event = {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": f"(service {service.name}) {words}"}
    service.events = [event, *service.events[:99]]


def starts(image):
    """Whether a container of this image starts. Of images in other registries nothing is known."""
    host = r"(?P<account>\d+)\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"
    found = re.fullmatch(host + r"/(?P<name>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?", image)
    repository = found and ecr_backends[found["account"]][found["region"]].repositories.get(found["name"])
    if not repository:
        return True
    try:
        # Where there is a digest, the tag is for the reader.
        held = repository._get_image(None if found["digest"] else found["tag"] or "latest", found["digest"])
    except ImageNotFoundException:
        return False
    return "exits with 1" not in held.image_manifest


def finds(container, backend):
    """Whether the log group and the secrets are there that a container starts with."""
    options = container.get("logConfiguration", {}).get("options", {})
    group = options.get("awslogs-group")
    groups = logs_backends[backend.account_id][backend.region_name].groups
    if group and options.get("awslogs-create-group") != "true" and group not in groups:
        return False
    named = [each["valueFrom"].split(":")[:7] for each in container.get("secrets", [])]
    secrets = secretsmanager_backends[backend.account_id][backend.region_name].secrets
    return all(":".join(parts) in secrets for parts in named if "secretsmanager" in parts)


def all_healthy(backend, service):
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    named = [groups[one["targetGroupArn"]] for one in service.load_balancers if one.get("targetGroupArn") in groups]
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    return all(
        group.health_for(target, ec2).status == "healthy" for group in named for target in list(group.targets.values())
    )


def run_and_log(backend, *args, **kwargs):
    """Of tasks that run by themselves there is the migration, which finds nothing to do and says so."""
    tasks = run_task(backend, *args, **kwargs)
    for task in tasks:
        task.created_at = utcnow()
        definition = backend.describe_task_definition(task.task_definition_arn)
        for container in definition.container_definitions:
            options = container.get("logConfiguration", {}).get("options", {})
            group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
            logs = logs_backends[backend.account_id][backend.region_name]
            if group in logs.groups:
                stream = f"{prefix}/{container['name']}/{task.task_arn.split('/')[-1]}"
                logs.create_log_stream(group, stream)
                logs.put_log_events(group, stream, [{"timestamp": int(unix_time_millis()), "message": "no change"}])
    return tasks


def register_targets(backend, service):
    """Makes the addresses of the service's tasks the targets of its target groups, spread over its subnets."""
    account, region = backend.account_id, backend.region_name
    subnet_ids = service.network_configuration.get("awsvpcConfiguration", {}).get("subnets", [])
    # ECS takes any of them first: here the last, so that a zone without a load balancer shows with few tasks as well.
    subnets = [ec2_backends[account][region].get_subnet(subnet_id) for subnet_id in reversed(subnet_ids)]
    # AWS keeps the first four addresses of a subnet for itself.
    free = [iter(list(islice(ip_network(subnet.cidr_block).hosts(), 3, 1000))) for subnet in subnets]
    addresses = [str(next(hosts)) for hosts in islice(cycle(free), service.running_count)]
    for load_balancer in service.load_balancers:
        group = elbv2_backends[account][region].target_groups.get(load_balancer.get("targetGroupArn"))
        if group:
            group.deregister([{"Id": address} for address in list(group.targets) if address not in addresses])
            group.register([{"Id": address, "Port": load_balancer["containerPort"]} for address in addresses])


def fargate_resources(task_definition):
    """On Fargate a container needs no memory of its own; moto insists on it."""
    complete = copy(task_definition)
    complete.container_definitions = [{"memory": 0, **each} for each in task_definition.container_definitions]
    return required_resources(complete)


EC2ContainerServiceResponse.create_service = create_and_run
EC2ContainerServiceBackend.describe_services = describe_and_run
EC2ContainerServiceBackend.update_service = update_and_run
EC2ContainerServiceBackend.delete_service = stop_and_delete
EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(fargate_resources)
EC2ContainerServiceBackend.run_task = run_and_log
