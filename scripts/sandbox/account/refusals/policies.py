"""Policy documents, as each service words what is wrong with them."""

import json

from refusals.rules import is_role, refuses

GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
LIMITS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
PUBLIC = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
PRINCIPALS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
# What a statement needs, and what it can't have, by what the document is attached to.
PARTS = {
    "identity": (["Action", "Resource"], ["Principal"]),
    "resource": (["Action", "Principal", "Resource"], []),
    "trust": (["Action", "Principal"], ["Resource"]),
}
# Service, operations, parameter, kind, code and words; "{}" is what is wrong.
ATTACHED = [
    ("iam", "CreateRole", "AssumeRolePolicyDocument", "trust", "MalformedPolicyDocument", "{}"),
    ("iam", "UpdateAssumeRolePolicy", "PolicyDocument", "trust", "MalformedPolicyDocument", "{}"),
    ("iam", "PutRolePolicy CreatePolicy", "PolicyDocument", "identity", "MalformedPolicyDocument", "{}"),
    ("kms", "CreateKey PutKeyPolicy", "Policy", "resource", "MalformedPolicyDocumentException", "{}"),
    ("secretsmanager", "PutResourcePolicy", "ResourcePolicy", "resource", "MalformedPolicyDocumentException", "{}"),
    ("logs", "PutResourcePolicy", "policyDocument", "resource", "InvalidParameterException", "Invalid policy document: {}"),
    ("opensearch", "CreateDomain UpdateDomainConfig", "AccessPolicies", "resource", "ValidationException", "{}"),
    ("s3", "PutBucketPolicy", "Policy", "resource", "MalformedPolicy", "{}"),
    ("ec2", "CreateVpcEndpoint ModifyVpcEndpoint", "PolicyDocument", "resource", "InvalidPolicyDocument", "{}"),
    ("sns", "CreateTopic", "Attributes.Policy", "resource", "InvalidParameter", "Invalid parameter: Policy Error: {}"),
]


def statements_of(document):
    found = json.loads(document).get("Statement", [])
    return found if isinstance(found, list) else [found]


def fault_of(document, kind):
    try:
        version, statements = json.loads(document).get("Version", "2012-10-17"), statements_of(document)
    except (ValueError, AttributeError):
        return "This policy contains invalid Json"
    needed, foreign = PARTS[kind]
    if version not in ("2012-10-17", "2008-10-17") or not statements:
        return "Syntax errors in policy."
    for one in statements:
        if not isinstance(one, dict) or one.get("Effect") not in ("Allow", "Deny"):
            return "Syntax errors in policy: Effect must be Allow or Deny."
        for part in needed:
            if part not in one and f"Not{part}" not in one:
                return f"Missing required field {part}"
        for part in foreign:
            if part in one or f"Not{part}" in one:
                return f"Has prohibited field {part}"
    return None


def principals_of(document):
    for one in statements_of(document):
        principal = one.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        yield from [named] if isinstance(named, str) else named


def document_rule(service, operations, parameter, kind, code, words):
    @refuses(service, operations, GRAMMAR)
    def well_formed(request, account):
        document = request
        for part in parameter.split("."):
            document = (document or {}).get(part)
        fault = document and fault_of(document, kind)
        if fault:
            return code, words.replace("{}", fault)


for row in ATTACHED:
    document_rule(*row)


@refuses("sns", "SetTopicAttributes", "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html")
def topic_policy(request, account):
    if request["AttributeName"] == "Policy" and fault_of(request.get("AttributeValue", ""), "resource"):
        return "InvalidParameter", "Invalid parameter: Policy Error: null"


def roles_rule(service, operations, parameter, code, words):
    @refuses(service, operations, PRINCIPALS)
    def principals_exist(request, account):
        """Roles only; what isn't an ARN of one is an account, or everybody."""
        for arn in principals_of(request[parameter]) if parameter in request else []:
            if ":role/" in arn and not is_role(arn, account):
                return code, words.replace("{}", arn)


roles_rule("s3", "PutBucketPolicy", "Policy", "MalformedPolicy", "Invalid principal in policy")
for operations, parameter in (("CreateRole", "AssumeRolePolicyDocument"), ("UpdateAssumeRolePolicy", "PolicyDocument")):
    roles_rule("iam", operations, parameter, "MalformedPolicyDocument", 'Invalid principal in policy: "AWS":"{}"')
roles_rule(
    "kms",
    "CreateKey PutKeyPolicy",
    "Policy",
    "MalformedPolicyDocumentException",
    "Policy contains a statement with one or more invalid principals.",
)


def size(document):
    return len("".join(document.split()))


@refuses("iam", "CreateRole UpdateAssumeRolePolicy", LIMITS)
def trust_policy_size(request, account):
    if size(request.get("AssumeRolePolicyDocument") or request.get("PolicyDocument")) > 2048:
        return "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"


@refuses("iam", "PutRolePolicy", LIMITS)
def role_policies_size(request, account):
    """All policies that are written into the role, together."""
    name = request["RoleName"]
    role = next((one for one in list(account("iam").roles.values()) if one.name == name), None)
    others = {**(role.policies if role else {}), request["PolicyName"]: request["PolicyDocument"]}
    if sum(map(size, others.values())) > 10_240:
        return "LimitExceeded", f"Maximum policy size of 10240 bytes exceeded for role {name}"


@refuses("s3", "PutBucketPolicy", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html")
def bucket_policy_size(request, account):
    if len(request["Policy"]) > 20_480:
        return "PolicyTooLarge", "Policies must be at most 20480 bytes in size"


@refuses("s3", "PutBucketPolicy", "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html")
def bucket_policy_resource(request, account):
    arn = f"arn:{account.partition}:s3:::{request['Bucket']}"
    for one in statements_of(request["Policy"]):
        named = one.get("Resource", [])
        for resource in [named] if isinstance(named, str) else named:
            if resource != arn and not resource.startswith(f"{arn}/"):
                return "MalformedPolicy", "Policy has invalid resource"


@refuses("s3", "PutBucketPolicy", PUBLIC)
def public_policy(request, account):
    bucket = account.bucket(request["Bucket"])
    block = bucket and bucket.public_access_block
    is_blocked = block and str(block.block_public_policy).lower() == "true"
    if is_blocked and any(map(is_public, statements_of(request["Policy"]))):
        words = "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
        return "AccessDenied", f"User is not authorized to perform: s3:PutBucketPolicy because {words}"


def is_public(statement):
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    everybody = "*" in named if isinstance(named, list) else named == "*"
    return statement["Effect"] == "Allow" and everybody and not statement.get("Condition")


@refuses("kms", "CreateKey PutKeyPolicy", "https://github.com/terraform-aws-modules/terraform-aws-kms/issues/14")
def policy_keeps_control(request, account):
    """Not who may change the policy, only whether anybody may."""
    document = request.get("Policy")
    if not document or request.get("BypassPolicyLockoutSafetyCheck"):
        return None
    actions = [one.get("Action", []) for one in statements_of(document) if one["Effect"] == "Allow"]
    flat = [action for each in actions for action in ([each] if isinstance(each, str) else each)]
    if not {"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"} & set(flat):
        words = "The new key policy will not allow you to update the key policy in the future."
        return "MalformedPolicyDocumentException", words
