"""S3: policies of buckets that deny what comes without TLS. moto passes over the conditions of a statement, and would deny everything;
a request to the emulated account counts as one by TLS 1.3.
"""

import json

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

OLD_TLS = ({"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": "1.2"}})


def permission_by_tls(bucket, action, resource):
    policy = json.loads(bucket.policy or "{}")
    statements = policy.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    applying = [one for one in listed if one.get("Condition") not in OLD_TLS]
    if not applying:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": applying})).is_action_permitted(action, resource)


FakeBucket.get_permission = permission_by_tls
