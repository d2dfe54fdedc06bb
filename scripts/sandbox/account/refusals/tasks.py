"""Task definitions of ECS, those for Fargate above all."""

import json
import re

from refusals.rules import refuses

API = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_{}.html"
REGISTER = ("ecs", "RegisterTaskDefinition")
# Memory in MiB by CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
SIZES = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
    32768: (61440, 122880, 249856),
}


def on_fargate(request):
    return "FARGATE" in request.get("requiresCompatibilities", [])


@refuses(*REGISTER, "https://github.com/aws/amazon-ecs-cli/issues/463")
def fargate_size(request, account):
    if on_fargate(request):
        for name in ("cpu", "memory"):
            if name not in request:
                return "ClientException", f"Fargate requires that '{name}' be defined at the task level."
        cpu, memory = request["cpu"], request["memory"]
        if not cpu.isdigit() or not memory.isdigit() or int(memory) not in SIZES.get(int(cpu), ()):
            return "ClientException", f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory."
        if request.get("networkMode") != "awsvpc":
            return "ClientException", "Fargate only supports network mode 'awsvpc'."


@refuses(*REGISTER, API.format("ContainerDefinition"))
def containers(request, account):
    held = request["containerDefinitions"]
    names = [one.get("name", "") for one in held]
    if not held or not any(one.get("essential", True) for one in held):
        return "ClientException", "At least one container in the task must be marked essential."
    if len(set(names)) < len(names):
        return "ClientException", "Container names must be unique within a task definition."
    if len(json.dumps(held)) > 64 * 1024:
        return "ClientException", "Actual length of the task definition exceeds the limit of 64 KB."
    for one in held:
        fault = container_fault(one, names, request)
        if fault:
            return "ClientException", fault
    for name in ("cpu", "memory"):
        if request.get(name, "").isdigit() and sum(part(one, name) for one in held) > int(request[name]):
            return "ClientException", f"The '{name}' settings for the containers are greater than for the task."


def part(container, name):
    return container.get(name) or container.get("memoryReservation" if name == "memory" else "", 0) or 0


def container_fault(one, names, request):
    name, ports, secrets = one.get("name", ""), one.get("portMappings", []), one.get("secrets", [])
    variables = [each["name"] for each in [*one.get("environment", []), *secrets] if "name" in each]
    volumes = [each.get("name") for each in request.get("volumes", [])]
    if not re.fullmatch("[A-Za-z0-9_-]{1,255}", name):
        return f"Container name '{name}' is invalid."
    if not one.get("image"):
        return "Container.image should not be null or empty."
    if request.get("networkMode") == "awsvpc" and any(
        each.get("hostPort", each.get("containerPort")) not in (0, each.get("containerPort")) for each in ports
    ):
        return "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
    if any(each.get("containerName") not in names for each in one.get("dependsOn", [])):
        return f"Container '{name}' depends on a container that is not in the task definition."
    if any(each.get("sourceVolume") not in volumes for each in one.get("mountPoints", [])):
        return f"Unknown volume in a mount point of container '{name}'."
    if len(set(variables)) < len(variables):
        return (
            "The secret name must be unique and not shared with any new or existing environment variables set on the "
            f"container '{name}'."
        )
    return fargate_fault(one, request) if on_fargate(request) else None


def fargate_fault(one, request):
    log, name = one.get("logConfiguration", {}).get("logDriver"), one["name"]
    if "executionRoleArn" not in request:
        for needs in ("secrets", "repositoryCredentials"):
            if one.get(needs):
                return f"When you are specifying container {needs}, you must also specify a value for 'executionRoleArn'."
        if log == "awslogs":
            return "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        if ".dkr.ecr." in one["image"]:
            return "Fargate requires task definition to have execution role ARN to support ECR images."
    if log not in (None, "awslogs", "splunk", "awsfirelens"):
        return f"Fargate does not support log driver {log}."
    if one.get("stopTimeout", 0) > 120:
        return f"The stopTimeout of container '{name}' must be at most 120 seconds."
    if any(each["name"] != "nofile" for each in one.get("ulimits", [])):
        return "Fargate only supports the nofile ulimit."
    return "Fargate does not support privileged containers." if one.get("privileged") else None
