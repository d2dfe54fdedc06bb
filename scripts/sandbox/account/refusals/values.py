"""The rules of `values.txt`: what one parameter must be."""

import re
from pathlib import Path

import jmespath

from opensearch import SEARCH_TYPES
from refusals.rules import is_key, is_log_group, is_role, is_topic, refuses

NAMES = {
    "a VPC": lambda name, account: name in account("ec2").vpcs,
    "a cluster parameter group": lambda name, account: (
        name.startswith("default.") or name in account("rds").db_cluster_parameter_groups
    ),
    "a key": is_key,
    "a key ARN": lambda name, account: name.startswith("arn:") and is_key(name, account),
    "a log group": is_log_group,
    "a policy": lambda arn, account: arn in account("iam").managed_policies,
    "a prefix list": lambda name, account: name in account("ec2").managed_prefix_lists,
    "a principal": lambda arn, account: ":role/" not in arn or is_role(arn, account),
    "a role": is_role,
    "a search instance type": lambda name, account: name in SEARCH_TYPES,
    "a subnet group": lambda name, account: name in account("rds").subnet_groups,
    "a topic": is_topic,
    "a vault": lambda name, account: name in account("backup").vaults,
}


def test_of(text):
    if text.startswith("/"):
        return lambda value, _: re.fullmatch(text[1:-1], str(value))
    if text.startswith("one of "):
        return lambda value, _: str(value) in text[len("one of ") :].split(", ")
    least, dots, most = text.partition("..")
    return (lambda value, _: float(least) <= float(value) <= float(most)) if dots else NAMES[text]


def value_rule(service, operations, source, row):
    path, test, code, words = row.strip().split(" | ")
    found_by, fits = jmespath.compile(path), test_of(test)

    @refuses(service, operations, source)
    def value(request, account):
        found = found_by.search(request)
        for each in found if isinstance(found, list) else [found]:
            if each is not None and not fits(each, account):
                return code, words.replace("{}", str(each))


for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
    if line.startswith("  "):
        value_rule(service, operations, source, line)
    elif line and not line.startswith("#"):
        service, operations, source = re.fullmatch(r"(\S+) (.+) (\S+)", line).groups()
