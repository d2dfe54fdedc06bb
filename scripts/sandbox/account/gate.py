"""Every request passes here before moto sees it: what AWS would refuse is answered in AWS's words, whoever asks."""

import json
from http import HTTPStatus
from xml.sax.saxutils import escape

from moto.server import DomainDispatcherApplication

from models import refusal_by_model
from refusals import refusal_by_rule
from wire import call_of

answer = DomainDispatcherApplication.__call__


def answer_unless_refused(application, environ, start_response):
    call = call_of(environ)
    refusal = call and (refusal_by_model(call) or refusal_by_rule(call))
    if not refusal:
        return answer(application, environ, start_response)
    status, headers, body = error_of(call, *refusal)
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body.encode()]


def error_of(call, code, words):
    """Status, headers and body of AWS's answer."""
    model = call.operation.service_model
    shapes = {name: one for one in model.error_shapes for name in (one.name, one.error_code)}
    default = 403 if code == "AccessDenied" else 400
    status = shapes[code].metadata.get("error", {}).get("httpStatusCode", default) if code in shapes else default
    protocol = model.metadata["protocol"]
    # CloudWatch takes several protocols; the SDK for JavaScript speaks JSON to it.
    if protocol.endswith(("json", "cbor")):
        content_type = "application/json" if protocol == "rest-json" else "application/x-amz-json-1.1"
        headers = [("Content-Type", content_type), ("x-amzn-ErrorType", code)]
        return status, headers, json.dumps({"__type": code, "message": words})
    text = f"<Code>{escape(code)}</Code><Message>{escape(words)}</Message>"
    frames = {"ec2": "<Response><Errors><Error>{}</Error></Errors><RequestID>refused</RequestID></Response>"}
    if model.service_name == "s3":
        frames[protocol] = "<Error>{}<RequestId>refused</RequestId></Error>"
    default = "<ErrorResponse><Error><Type>Sender</Type>{}</Error><RequestId>refused</RequestId></ErrorResponse>"
    return status, [("Content-Type", "text/xml")], frames.get(protocol, default).format(text)


DomainDispatcherApplication.__call__ = answer_unless_refused
