"""Lints IAM policies: reads a JSON list of documents from standard input, writes a JSON list of the findings of each."""

import json
import sys

import parliament


def findings(document):
    policy = parliament.analyze_policy_string(json.dumps(document))
    return [{"issue": finding.issue, "detail": str(finding.detail)} for finding in policy.findings]


json.dump([findings(document) for document in json.load(sys.stdin)], sys.stdout)
