"""What AWS's API models demand of the parameters of every request: presence, values, form, length and range.

The words are those of AWS's own validation, such as "1 validation error detected: Value '31' at 'retentionInDays' failed to
satisfy constraint: Member must satisfy enum value set: [...]".
"""

import re
from functools import lru_cache

from wire import Malformed

# What a service calls it, where not as https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html has it.
CODES = {
    "backup": "InvalidParameterValueException",
    "ec2": "InvalidParameterValue",
    "ecr": "InvalidParameterException",
    "ecs": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "route53": "InvalidInput",
    "s3": "MalformedXML",
    "sns": "InvalidParameter",
}
MISSING = {"backup": "MissingParameterValueException", "ec2": "MissingParameter", "rds": "MissingParameter"}
# Where a model says more, or less, than AWS holds to, with the reason.
EXCEPTIONS = {
    ("opensearch", "OpenSearchPartitionInstanceType"): "lacks the newer generations, such as m7g",
}
# Java's classes of characters in Python's words. A pattern with others isn't held to.
CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": " \u00a0\u2000-\u200a\u3000",
    r"\p{Print}": r"[\x20-\x7e]",
    r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff",
}


def refusal_by_model(call):
    """AWS's code and words, or nothing."""
    shape, service = call.operation.input_shape, call.service
    try:
        found = list(faults(shape, call.params, "", service)) if shape else []
    except Malformed as fault:
        return ("MalformedXML" if service == "s3" else "SerializationException"), str(fault)
    if not found:
        return None
    is_missing = all(fault.endswith("must not be null") for fault in found)
    protocol = call.operation.service_model.metadata["protocol"]
    default = "ValidationError" if protocol == "query" else "ValidationException"
    code = CODES.get(service, default)
    if service == "s3":
        return code, "The XML you provided was not well-formed or did not validate against our published schema"
    if is_missing and service in ("ec2", "rds"):
        name = re.search("at '(.*?)'", found[0])[1].split(".")[-1]
        return MISSING[service], f"The request must contain the parameter {name[0].upper()}{name[1:]}"
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
    return MISSING.get(service, code) if is_missing else code, count + "; ".join(found)


def faults(shape, value, path, service):
    if (service, shape.name) in EXCEPTIONS:
        return
    for must in broken(shape, value):
        shown = "Value" if shape.metadata.get("sensitive") or service == "iam" else f"Value '{value}'"
        yield f"{shown} at '{path}' failed to satisfy constraint: Member must {must}"
    if shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"Value null at '{joined(path, name)}' failed to satisfy constraint: Member must not be null"
        for name, each in value.items():
            yield from faults(shape.members[name], each, joined(path, name), service)
    if shape.type_name == "list":
        for number, each in enumerate(value, 1):
            yield from faults(shape.member, each, f"{path}.{number}.member", service)
    if shape.type_name == "map":
        for key, each in value.items():
            yield from faults(shape.key, key, path, service)
            yield from faults(shape.value, each, f"{path}.{key}.member", service)


def joined(path, name):
    name = name[0].lower() + name[1:]
    return f"{path}.{name}" if path else name


def broken(shape, value):
    limits, pattern = shape.metadata, shape.metadata.get("pattern")
    if shape.type_name in ("string", "list", "map"):
        if len(value) < limits.get("min", 0):
            yield f"have length greater than or equal to {limits['min']}"
        if len(value) > limits.get("max", len(value)):
            yield f"have length less than or equal to {limits['max']}"
    if shape.type_name in ("integer", "long", "float", "double"):
        if value < limits.get("min", value):
            yield f"have value greater than or equal to {limits['min']}"
        if value > limits.get("max", value):
            yield f"have value less than or equal to {limits['max']}"
    if shape.type_name == "string":
        if limits.get("enum") and value not in limits["enum"]:
            yield f"satisfy enum value set: [{', '.join(limits['enum'])}]"
        if pattern and compiled(pattern) and not compiled(pattern).fullmatch(value):
            yield f"satisfy regular expression pattern: {pattern}"


@lru_cache(maxsize=None)
def compiled(pattern):
    for java, python in CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None
