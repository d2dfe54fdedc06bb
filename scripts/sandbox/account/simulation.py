"""IAM's policy simulator for a user or a role: what moto lacks. It decides by what is attached to the principal, as
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html says: without policies of resources.

And the caller of the sandbox: keys that nobody has here are those of the user `operator`, whom seed.ts makes.
"""

import json
import re
from fnmatch import translate
from functools import lru_cache

from moto.core.responses import ActionResult
from moto.iam.exceptions import InvalidInput
from moto.iam.responses import IamResponse
from moto.sts.models import STSBackend
from moto.utilities.utils import get_partition

ENTITY = re.compile(r"arn:[\w-]+:iam::\d{12}:(user|role)/(?:.*/)?([^/]+)")
PAGE = 100

caller_identity = STSBackend.get_caller_identity


def identity_of(backend, access_key_id, region):
    user_id, arn, account = caller_identity(backend, access_key_id, region)
    if not arn.endswith(":user/moto"):
        return user_id, arn, account
    return user_id, f"arn:{get_partition(region)}:iam::{account}:user/operator", account


def simulate(response):
    backend, asked = response.backend, response._get_params()
    principal = principal_of(backend, asked["PolicySourceArn"])
    statements = [one for each in documents_of(backend, principal) for one in listed(json.loads(each)["Statement"])]
    bounds = boundary_of(backend, principal)
    context = {one["ContextKeyName"].lower(): one["ContextKeyValues"] for one in asked.get("ContextEntries", [])}
    pairs = [(action, arn) for action in asked["ActionNames"] for arn in asked.get("ResourceArns") or ["*"]]
    start, size = int(asked.get("Marker", 0)), int(asked.get("MaxItems", PAGE))
    results = [result_of(*pair, context, statements, bounds) for pair in pairs[start : start + size]]
    end = start + size
    more = {"IsTruncated": True, "Marker": str(end)} if end < len(pairs) else {"IsTruncated": False}
    return ActionResult({"EvaluationResults": results, **more})


def principal_of(backend, arn):
    """The user or role itself. A session of a role isn't one, and the root user has no policies."""
    found = ENTITY.fullmatch(arn)
    if not found:
        raise InvalidInput(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    kind, name = found.groups()
    return backend.get_role(name) if kind == "role" else backend.get_user(name)


def documents_of(backend, principal):
    groups = backend.get_groups_for_user(principal.name) if hasattr(principal, "access_keys") else []
    for holder in [principal, *groups]:
        yield from holder.policies.values()
        yield from (document_of(policy) for policy in holder.managed_policies.values())


def boundary_of(backend, principal):
    arn = getattr(principal, "permissions_boundary_arn", None)
    return listed(json.loads(document_of(backend.managed_policies[arn]))["Statement"]) if arn else None


def document_of(policy):
    return next(one.document for one in policy.versions if one.version_id == policy.default_version_id)


def result_of(action, resource, context, statements, bounds):
    missing = set()
    decision = decide(action, resource, context, statements, missing)
    if decision == "allowed" and bounds is not None:
        decision = decide(action, resource, context, bounds, missing)
    return {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": decision,
        "MatchedStatements": [],
        "MissingContextValues": sorted(missing),
    }


def decide(action, resource, context, statements, missing):
    effects = {one["Effect"] for one in statements if applies(one, action, resource, context, missing)}
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"


def applies(statement, action, resource, context, missing):
    return (
        matches(statement, "Action", action, ignore_case=True)
        and matches(statement, "Resource", resource)
        and all(
            holds(operator, key, listed(wanted), context, missing)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def matches(statement, part, value, ignore_case=False):
    names = listed(statement.get(part, statement.get(f"Not{part}")))
    found = any(like(name, value, ignore_case) for name in names)
    return found if part in statement else not found


def holds(operator, key, wanted, context, missing):
    """A key that nobody gave a value is missing: the condition isn't met, unless the operator ends in `IfExists`."""
    base = operator.removesuffix("IfExists")
    given = context.get(key.lower())
    if given is None:
        missing.add(key)
        return base != operator or base in ("StringNotEquals", "StringNotLike", "ArnNotLike")
    is_negated = "Not" in base
    base = base.replace("Not", "")
    if base not in ("ArnEquals", "ArnLike", "Bool", "StringEquals", "StringLike"):
        raise NotImplementedError(f"The simulator of the sandbox doesn't know the condition operator {operator}.")
    exact = base in ("StringEquals", "Bool")
    found = any(one.lower() == two.lower() if base == "Bool" else one == two if exact else like(one, two)
                for one in wanted for two in given)
    return found != is_negated


@lru_cache(maxsize=10_000)
def like(pattern, value, ignore_case=False):
    # Of the wildcards of a shell, IAM has `*` and `?` alone.
    expression = translate(pattern.replace("[", "[[]"))
    return re.fullmatch(expression, value, re.IGNORECASE if ignore_case else 0) is not None


def listed(value):
    return value if isinstance(value, list) else [value]


IamResponse.simulate_principal_policy = simulate
STSBackend.get_caller_identity = identity_of
