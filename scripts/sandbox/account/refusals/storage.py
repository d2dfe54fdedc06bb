"""S3: names and settings of buckets."""

from moto.s3.models import s3_backends

from refusals.rules import refuses

API = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_{}.html"
MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
LIFECYCLE = ("s3", "PutBucketLifecycleConfiguration")
ACTIONS = (
    *("Expiration", "Transitions", "NoncurrentVersionTransitions", "NoncurrentVersionExpiration"),
    "AbortIncompleteMultipartUpload",
)

# Of those with `ExpectedBucketOwner`, what commands ask of buckets that somebody else may have.
OWNED = """HeadBucket GetBucketEncryption GetBucketLifecycleConfiguration GetBucketOwnershipControls GetBucketPolicy
GetBucketTagging GetBucketVersioning GetPublicAccessBlock ListObjectVersions PutBucketEncryption
PutBucketLifecycleConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketTagging PutBucketVersioning
PutPublicAccessBlock"""


@refuses("s3", OWNED, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html")
def owner_as_expected(request, account):
    _, owner = s3_backends.bucket_accounts.get(request["Bucket"], (None, None))
    expected = request.get("ExpectedBucketOwner", owner)
    if owner and expected != owner:
        return "AccessDenied", "Access Denied"


@refuses(*LIFECYCLE, API.format("PutBucketLifecycleConfiguration"))
def lifecycle_rules(request, account):
    rules = request["LifecycleConfiguration"]["Rules"] if "LifecycleConfiguration" in request else []
    ids = [rule["ID"] for rule in rules if rule.get("ID")]
    if len(set(ids)) < len(ids):
        return "InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule"
    for rule in rules:
        if not any(rule.get(action) for action in ACTIONS):
            return "InvalidRequest", "At least one action needs to be specified in a rule"
        if "Filter" not in rule and "Prefix" not in rule:
            return "MalformedXML", MALFORMED


@refuses("s3", "PutBucketEncryption", API.format("ServerSideEncryptionByDefault"))
def key_without_kms(request, account):
    for rule in request["ServerSideEncryptionConfiguration"]["Rules"]:
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        if default.get("KMSMasterKeyID") and default["SSEAlgorithm"] == "AES256":
            words = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"
            return "InvalidArgument", words


@refuses("s3", "PutObjectLockConfiguration", API.format("PutObjectLockConfiguration"))
def lock(request, account):
    bucket, config = account.bucket(request["Bucket"]), request.get("ObjectLockConfiguration", {})
    if bucket and not bucket.is_versioned:
        words = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        return "InvalidBucketState", words
    retention = config.get("Rule", {}).get("DefaultRetention")
    if retention is not None and ("Days" in retention) == ("Years" in retention):
        return "MalformedXML", MALFORMED


@refuses("s3", "PutBucketVersioning", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html")
def versioning_of_a_locked_bucket(request, account):
    bucket = account.bucket(request["Bucket"])
    if bucket and bucket.object_lock_enabled and request["VersioningConfiguration"].get("Status") == "Suspended":
        words = "so the versioning state cannot be changed."
        return "InvalidBucketState", f"An Object Lock configuration is present on this bucket, {words}"


@refuses("s3", "PutBucketReplication", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html")
def replication(request, account):
    """Both buckets are versioned, and where the source has Object Lock the copy has it as well:
    https://github.com/nozaq/terraform-aws-remote-state-s3-backend/issues/107"""
    source = account.bucket(request["Bucket"])
    if source and not source.is_versioned:
        return "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
    for rule in request["ReplicationConfiguration"]["Rules"]:
        copy = account.bucket(rule["Destination"]["Bucket"])
        if copy is None:
            return "InvalidRequest", "Destination bucket must exist."
        if source and not copy.is_versioned:
            return "InvalidRequest", "Destination bucket must have versioning enabled."
        if source and source.object_lock_enabled and not copy.object_lock_enabled:
            return "InvalidRequest", "Destination bucket must have Object Lock enabled."


@refuses("s3", "PutBucketAcl", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html")
def acl(request, account):
    """Buckets are made with BucketOwnerEnforced, see the same page."""
    bucket = account.bucket(request["Bucket"])
    is_enforced = bucket and "BucketOwnerEnforced" in str(bucket.ownership_rule or "BucketOwnerEnforced")
    if is_enforced and request.get("ACL") != "private":
        return "AccessControlListNotSupported", "The bucket does not allow ACLs"
