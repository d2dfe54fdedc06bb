"""How a rule is written, and what it may look at."""

from collections import defaultdict

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from iam import account_of

rules = defaultdict(list)


def refuses(service, operations, source):
    """Registers a rule about these operations; there is none without a source. It gets the parameters, spelled as in AWS's
    API model, and the account, and answers with AWS's code and words, or with nothing."""
    if not source.startswith("https://"):
        raise ValueError(f"The rule about {service} {operations} names no source")

    def register(rule):
        for operation in operations.split():
            rules[service, operation].append(rule)
        return rule

    return register


def refusal_by_rule(call):
    asked = rules.get((call.service, call.operation.name), [])
    account = asked and Account(call)
    return next(filter(None, (rule(call.params, account) for rule in asked)), None)


class Account:
    """What one account holds in one region, by service: `account("ecs")` is moto's backend."""

    def __init__(self, call):
        self.id, self.region, self.partition = account_of(call.key), call.region, get_partition(call.region)

    def __call__(self, service, region=None):
        is_global = service in ("iam", "route53", "s3")
        return get_backend(service)[self.id][self.partition if is_global else region or self.region]

    def subnets(self, ids):
        return [subnet for subnet in self("ec2").describe_subnets() if subnet.id in (ids or [])]

    def groups(self, ids):
        """Security groups, by their ids."""
        known = {group.id: group for groups in self("ec2").groups.values() for group in list(groups.values())}
        return {one: known.get(one) for one in ids or []}

    def bucket(self, name_or_arn):
        return self("s3").buckets.get(name_or_arn.split(":")[-1])


def region_of(arn, account):
    return arn.split(":")[3] if arn.startswith("arn:") else account.region


def is_foreign(arn, account):
    """Of another account, of which nothing is known."""
    return arn.startswith("arn:") and arn.split(":")[4] not in ("", account.id)


def is_key(name, account):
    if "alias/aws/" in name or is_foreign(name, account):
        return True
    backend = account("kms", region_of(name, account))
    return backend.any_id_to_key_id(name) in backend.keys


def is_role(arn, account):
    return is_foreign(arn, account) or any(role.arn == arn for role in list(account("iam").roles.values()))


def is_topic(arn, account):
    return is_foreign(arn, account) or arn in account("sns", region_of(arn, account)).topics


def is_log_group(arn, account):
    parts = arn.split(":")
    return len(parts) > 6 and parts[6] in account("logs", parts[3]).groups


def is_bucket(name_or_arn, account):
    return account.bucket(name_or_arn) is not None
