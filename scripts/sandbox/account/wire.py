"""Requests as they come over the wire, read by AWS's API models.

moto reads requests as well, in a way of its own for each service and release; what is refused must not depend on that.
"""

import json
import re
from functools import cached_property, lru_cache
from io import BytesIO
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

from botocore.exceptions import UnknownServiceError
from moto.core.utils import get_service_model

SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
# Services whose models have another name than the one that requests are signed for.
MODELS = {
    "elasticloadbalancing": "elbv2",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}


class Malformed(Exception):
    """A value of another type than the model's."""


class Call:
    """What is asked of AWS: the operation, and its parameters spelled as in the model."""

    def __init__(self, scope, operation, read):
        self.key, self.region = scope["key"], scope["region"]
        self.service, self.operation = operation.service_model.service_name, operation
        self._read = read

    @cached_property
    def params(self):
        return self._read() if self.operation.input_shape else {}


def call_of(environ):
    """The call, or nothing where a request isn't one of an operation that botocore knows."""
    scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    url = urlsplit(environ.get("RAW_URI") or environ["PATH_INFO"])
    if not scope or url.path.startswith("/v20180820/"):  # S3's control API is signed as S3
        return None
    try:
        model = get_service_model(MODELS.get(scope["service"], scope["service"]))
    except UnknownServiceError:
        return None
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    if model.metadata["protocol"].startswith("rest-"):
        return rest_call(scope, model, url.path, query, environ)
    target, content = environ.get("HTTP_X_AMZ_TARGET"), body_of(environ)
    if target:
        name, wire, root = target.split(".")[-1], Json(), content
    else:
        root = {**query, **dict(parse_qsl(content.decode(errors="replace"), keep_blank_values=True))}
        name, wire = root.get("Action"), Ec2() if model.metadata["protocol"] == "ec2" else Query()
    if name not in model.operation_names:
        return None
    operation = model.operation_model(name)
    return Call(scope, operation, lambda: read(wire, operation.input_shape, wire.root(root)))


def body_of(environ):
    """The body, which stays there to be read again. One of unknown length is content and no parameters."""
    if not environ.get("CONTENT_LENGTH"):
        return b""
    content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(content)
    return content


def rest_call(scope, model, path, query, environ):
    for method, pattern, keys, headers, operation in routes(model.service_name):
        match = pattern.fullmatch(path) if method == environ["REQUEST_METHOD"] else None
        asks = match and all(key in query and value in ("", query[key]) for key, value in keys.items())
        if asks and all(name in environ for name in headers):
            return Call(scope, operation, lambda: rest_params(operation, match, query, environ))
    return None


@lru_cache(maxsize=None)
def routes(service):
    """The operations of a REST API by what their requests have, those first that have most."""
    model, found = get_service_model(service), []
    for operation in map(model.operation_model, model.operation_names):
        path, _, query = operation.http["requestUri"].partition("?")
        shape = operation.input_shape
        parts = [shape.members[name].serialization for name in shape.required_members] if shape else []
        keys = {one["name"]: "" for one in parts if one.get("location") == "querystring"}
        keys.update(parse_qsl(query, keep_blank_values=True))
        headers = [header(one["name"]) for one in parts if one.get("location") == "header"]
        pattern = re.sub(r"\{(\w+)(\+?)\}|([^{]+)", literal_or_label, path.rstrip("/")) + "/?"
        found.append((operation.http["method"], re.compile(pattern), keys, headers, operation))
    return sorted(found, key=lambda one: (one[4].deprecated, -len(one[2]) - len(one[3])))


def literal_or_label(match):
    return re.escape(match[3]) if match[3] else f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"


def header(name):
    return f"HTTP_{name.upper().replace('-', '_')}"


def rest_params(operation, match, query, environ):
    shape, found, places = operation.input_shape, {}, {"uri": match.groupdict(), "querystring": query}
    for name, member in shape.members.items():
        place, key = member.serialization.get("location"), member.serialization.get("name", name)
        text = environ.get(header(key)) if place == "header" else places.get(place, {}).get(key)
        if text is not None:
            text = unquote(text) if place == "uri" else text
            found[name] = [text] if member.type_name == "list" else scalar(member.type_name, text)
    wire = Xml() if operation.service_model.metadata["protocol"] == "rest-xml" else Json()
    payload = shape.members.get(shape.serialization.get("payload"))
    if payload is not None and payload.type_name == "blob":
        return found
    content = body_of(environ)
    if payload is None:
        return {**(read(wire, shape, wire.root(content)) if content else {}), **found}
    if content:
        is_text = payload.type_name == "string"
        found[shape.serialization["payload"]] = content.decode() if is_text else read(wire, payload, wire.root(content))
    return found


def read(wire, shape, node):
    if shape.type_name == "structure":
        children = ((name, member, wire.child(node, member, name)) for name, member in shape.members.items())
        return {name: read(wire, member, child) for name, member, child in children if child is not None}
    if shape.type_name == "list":
        return [read(wire, shape.member, each) for each in wire.items(node, shape)]
    if shape.type_name == "map":
        return {key: read(wire, shape.value, each) for key, each in wire.entries(node, shape)}
    return wire.scalar(shape.type_name, node)


def scalar(kind, text):
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        raise Malformed(f"'{text}' is not a number") from None
    return text.lower() == "true" if kind == "boolean" else text


class Json:
    types = {"structure": dict, "list": list, "map": dict, "string": str, "integer": int, "long": int, "boolean": bool}

    def root(self, content):
        try:
            return json.loads(content or b"{}")
        except ValueError:
            raise Malformed("the body is not JSON") from None

    def child(self, node, shape, name):
        child = node.get(shape.serialization.get("name", name))
        kind = self.types.get(shape.type_name)
        if child is not None and kind and (not isinstance(child, kind) or (kind is int and isinstance(child, bool))):
            raise Malformed(f"the value of {name} can not be converted to {shape.type_name}")
        return child

    def items(self, node, shape):
        return node

    def entries(self, node, shape):
        return node.items()

    def scalar(self, kind, value):
        return value


class Query:
    """Names such as `Tags.member.1.Key`."""

    def root(self, pairs):
        tree = {}
        for name, value in pairs.items():
            *folders, leaf = name.split(".")
            node = tree
            for each in folders:
                node = node.setdefault(each, {})
                if not isinstance(node, dict):
                    raise Malformed(f"{name} is a value and a structure")
            node[leaf] = value
        return tree

    def child(self, node, shape, name):
        return node.get(self.name(shape, name)) if isinstance(node, dict) else None

    def name(self, shape, default):
        return shape.serialization.get("name", default)

    def items(self, node, shape):
        within = node if shape.serialization.get("flattened") or not node else node.get(self.name(shape.member, "member"))
        return [within[key] for key in sorted(within, key=int)] if isinstance(within, dict) else []

    def entries(self, node, shape):
        for each in (node.get("entry", {}) if isinstance(node, dict) else {}).values():
            yield each[self.name(shape.key, "key")], each.get(self.name(shape.value, "value"), "")

    def scalar(self, kind, text):
        return scalar(kind, text)


class Ec2(Query):
    """Names such as `TagSpecification.1.ResourceType`."""

    def name(self, shape, default):
        name = shape.serialization.get("name", default)
        return shape.serialization.get("queryName") or name[0].upper() + name[1:]

    def items(self, node, shape):
        return [node[key] for key in sorted(node, key=int)] if isinstance(node, dict) else []


class Xml:
    def root(self, content):
        try:
            root = ElementTree.fromstring(content)
        except ElementTree.ParseError:
            raise Malformed("the body is not XML") from None
        for element in root.iter():
            element.tag = element.tag.split("}")[-1]
        return root

    def child(self, node, shape, name):
        name = shape.serialization.get("name", name)
        if shape.serialization.get("xmlAttribute"):
            return next((value for key, value in node.items() if key.endswith(name.split(":")[-1])), None)
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            return node.findall(name) or None
        return node.find(name)

    def items(self, node, shape):
        return node if isinstance(node, list) else node.findall(shape.member.serialization.get("name", "member"))

    def entries(self, node, shape):
        for each in node.findall("entry"):
            yield each.findtext("key"), each.find("value")

    def scalar(self, kind, node):
        return scalar(kind, node if isinstance(node, str) else node.text or "")
