"""What moto lacks of Application Auto Scaling: tags, and the error for what doesn't exist."""

import json

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

register = ApplicationAutoScalingResponse.register_scalable_target
tags = {}  # by ARN, which names the account and the region


def register_with_tags(response):
    answer = register(response)
    tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(response._get_param("Tags") or {})
    return answer


def list_tags_for_resource(response):
    return json.dumps({"Tags": tags.get(response._get_param("ResourceARN"), {})})


def tag_resource(response):
    tags.setdefault(response._get_param("ResourceARN"), {}).update(response._get_param("Tags"))
    return "{}"


def untag_resource(response):
    for key in response._get_param("TagKeys"):
        tags.get(response._get_param("ResourceARN"), {}).pop(key, None)
    return "{}"


def of_what_exists(operation):
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html"""

    def method(*args, **named):
        try:
            return operation(*args, **named)
        except AWSValidationException as error:
            raise JsonRESTError("ObjectNotFoundException", error.message) from error

    return method


ApplicationAutoScalingResponse.register_scalable_target = register_with_tags
for addition in (list_tags_for_resource, tag_resource, untag_resource):
    setattr(ApplicationAutoScalingResponse, addition.__name__, addition)
for name in ("deregister_scalable_target", "delete_scaling_policy"):
    setattr(ApplicationAutoscalingBackend, name, of_what_exists(getattr(ApplicationAutoscalingBackend, name)))
