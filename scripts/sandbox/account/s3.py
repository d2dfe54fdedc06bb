"""S3: policies of buckets that deny what comes without TLS. moto passes over the conditions of a statement, and would deny everything;
a request to the emulated account counts as one by TLS 1.3.

And the metrics of buckets, which moto doesn't know: for it their deletion is that of the bucket.
"""

import json

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

OLD_TLS = ({"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": "1.2"}})

bucket_response = S3Response._bucket_response


def permission_by_tls(bucket, action, resource):
    policy = json.loads(bucket.policy or "{}")
    statements = policy.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    applying = [one for one in listed if one.get("Condition") not in OLD_TLS]
    if not applying:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": applying})).is_action_permitted(action, resource)


def metrics_or_others(response, request, full_url):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html"""
    if "metrics" not in request.args:
        return bucket_response(response, request, full_url)
    bucket = response.backend.get_bucket(response.parse_bucket_name_from_url(request, full_url))
    kept, name = bucket.__dict__.setdefault("metrics", {}), request.args["id"]
    if request.method == "PUT":
        kept[name] = request.data
        return 200, {}, ""
    if name not in kept:
        raise S3ClientError("NoSuchConfiguration", "The specified configuration does not exist.")
    if request.method == "DELETE":
        del kept[name]
        return 204, {}, ""
    return 200, {}, kept[name]


S3Response._bucket_response = metrics_or_others
FakeBucket.get_permission = permission_by_tls
