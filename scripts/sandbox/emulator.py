"""The emulated AWS account: a moto server whose ECS runs what its services ask for.

moto keeps the settings of a service but never acts on them. Here a service has its tasks at once: they count as running,
the primary deployment is that of the service's task definition, and each task is a target of the service's load balancers.
"""

from copy import copy
from ipaddress import ip_network
from itertools import cycle, islice

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, unix_time_millis, utcnow
from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.models import ELBv2Backend, elbv2_backends
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random
from moto.rds.models import RDSBackend
from moto.server import main

update_service = EC2ContainerServiceBackend.update_service
delete_service = EC2ContainerServiceBackend.delete_service
run_task = EC2ContainerServiceBackend.run_task
create_service = EC2ContainerServiceResponse.create_service
modify_subnet_group = RDSBackend.modify_db_subnet_group
describe_certificate = CertBundle.describe
delete_certificate = AWSCertificateManagerBackend.delete_certificate
modify_listener = ELBv2Backend.modify_listener
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


def run(backend, service, forced):
    """Rolls the service out, in no time and always with success."""
    now = utcnow()
    service.task_definition = backend.describe_task_definition(service.task_definition).arn
    service.running_count, service.pending_count = service.desired_count, 0
    if getattr(service, "capacity_provider_strategy", None):
        service.launch_type = None
    deployment = service.deployments[0]
    if forced or deployment["taskDefinition"] != service.task_definition:
        deployment = {**deployment, "id": f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}", "createdAt": now}
    deployment.update(
        desiredCount=service.desired_count,
        launchType=service.launch_type,
        networkConfiguration=service.network_configuration,
        pendingCount=0,
        rolloutState="COMPLETED",
        rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
        runningCount=service.desired_count,
        taskDefinition=service.task_definition,
        updatedAt=now,
    )
    service.deployments = [deployment]
    message = f"(service {service.name}) has reached a steady state."
    service.events = [{"id": str(mock_random.uuid4()), "createdAt": now, "message": message}, *service.events[:99]]
    register_targets(backend, service)


def run_and_log(backend, *args, **kwargs):
    """Of tasks that run by themselves there is the migration, which finds nothing to do and says so."""
    tasks = run_task(backend, *args, **kwargs)
    for task in tasks:
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
    subnets = [ec2_backends[account][region].get_subnet(subnet_id) for subnet_id in subnet_ids]
    # AWS keeps the first four addresses of a subnet for itself.
    free = [iter(list(islice(ip_network(subnet.cidr_block).hosts(), 3, 1000))) for subnet in subnets]
    addresses = [str(next(hosts)) for hosts in islice(cycle(free), service.desired_count)]
    for load_balancer in service.load_balancers:
        group = elbv2_backends[account][region].target_groups.get(load_balancer.get("targetGroupArn"))
        if group:
            group.deregister([{"Id": address} for address in list(group.targets) if address not in addresses])
            group.register([{"Id": address, "Port": load_balancer["containerPort"]} for address in addresses])


def modify_and_keep(backend, subnet_name, description, subnets):
    """moto takes a subnet group out to change it, and forgets to put it back."""
    group = modify_subnet_group(backend, subnet_name, description, subnets)
    backend.subnet_groups[subnet_name] = group
    return group


def describe_in_use(bundle):
    """moto goes on counting a certificate as used by listeners that are gone, or have another one."""
    _, _, _, region, account, _ = bundle.arn.split(":", 5)
    balancers = elbv2_backends[account][region].load_balancers.values()
    listeners = [listener for balancer in balancers for listener in balancer.listeners.values()]
    bundle.in_use_by = [listener.arn for listener in listeners if bundle.arn in listener.certificates]
    return describe_certificate(bundle)


def delete_and_forget(backend, arn):
    """moto goes on looking for a deleted certificate where its token comes again."""
    delete_certificate(backend, arn)
    tokens = backend._idempotency_tokens.items()
    backend._idempotency_tokens = {token: known for token, known in tokens if known["arn"] != arn}


def modify_and_certify(backend, arn, port=None, protocol=None, ssl_policy=None, certificates=None, actions=None):
    """moto takes a new certificate for HTTPS listeners only."""
    listener = modify_listener(backend, arn, port, protocol, ssl_policy, certificates, actions)
    if certificates and listener.protocol == "TLS":
        listener.certificates = [each["CertificateArn"] for each in certificates]
        listener.certificate = listener.certificates[0]
    return listener


def fargate_resources(task_definition):
    """On Fargate a container needs no memory of its own; moto insists on it."""
    complete = copy(task_definition)
    complete.container_definitions = [{"memory": 0, **each} for each in task_definition.container_definitions]
    return required_resources(complete)


EC2ContainerServiceResponse.create_service = create_and_run
EC2ContainerServiceBackend.update_service = update_and_run
EC2ContainerServiceBackend.delete_service = stop_and_delete
EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(fargate_resources)
EC2ContainerServiceBackend.run_task = run_and_log
RDSBackend.modify_db_subnet_group = modify_and_keep
CertBundle.describe = describe_in_use
AWSCertificateManagerBackend.delete_certificate = delete_and_forget
ELBv2Backend.modify_listener = modify_and_certify

if __name__ == "__main__":
    main()
