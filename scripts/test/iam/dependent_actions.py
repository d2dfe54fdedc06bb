"""Writes as JSON, by IAM action, the actions that AWS may check besides: the "dependent actions" of its reference."""

import json
import sys

import parliament

found = {}
for service in parliament.iam_definition:
    for privilege in service["privileges"]:
        others = {action for kind in privilege["resource_types"] for action in kind["dependent_actions"]}
        if others:
            found.setdefault(f"{service['prefix']}:{privilege['privilege']}", set()).update(others)
json.dump({action: sorted(others) for action, others in found.items()}, sys.stdout)
