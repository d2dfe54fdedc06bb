"""What moto lacks of AWS Backup: selections, changed plans, the region's opt-ins, backups on demand and their recovery points.

No schedule runs here. `StartBackupJob`, as for a backup on demand, makes a recovery point at once.
"""

import json
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.exceptions import (
    AlreadyExistsException,
    InvalidParameterValueException,
    InvalidRequestException,
    ResourceNotFoundException,
)
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random

# Of a region in which nobody has opted in or out yet.
DEFAULT_OPT_INS = {
    **dict.fromkeys(["Aurora", "CloudFormation", "DocumentDB", "EKS", "Neptune", "Redshift", "S3", "Timestream"], False),
    **dict.fromkeys(["DynamoDB", "EBS", "EC2", "EFS", "FSx", "RDS", "Storage Gateway", "VirtualMachine"], True),
}

init = BackupBackend.__init__
create_plan = BackupBackend.create_backup_plan
delete_plan = BackupBackend.delete_backup_plan
delete_vault = BackupBackend.delete_backup_vault


def init_with_extensions(backend, region_name, account_id):
    init(backend, region_name, account_id)
    backend.selections = {}  # by plan, then by id
    backend.recovery_points = {}  # by vault, then by ARN
    backend.opt_ins = dict(DEFAULT_OPT_INS)


def create_plan_beside_deleted(backend, backup_plan, backup_plan_tags, creator_request_id):
    """moto lets the name of a deleted plan never be used again."""
    backend.plans = {key: plan for key, plan in backend.plans.items() if plan.deletion_date is None}
    return create_plan(backend, backup_plan, backup_plan_tags, creator_request_id)


def delete_plan_without_selections(backend, backup_plan_id):
    if backend.selections.get(backup_plan_id):
        raise InvalidRequestException("Related backup plan selections must be deleted prior to backup plan deletion")
    return delete_plan(backend, backup_plan_id)


def delete_empty_vault(backend, backup_vault_name):
    if backend.recovery_points.get(backup_vault_name):
        raise InvalidRequestException("Backup vault cannot be deleted because it contains recovery points.")
    delete_vault(backend, backup_vault_name)


def respond(operation):
    """A method of the response class that gets the backend, the parts of the path and the body, and returns what to answer."""

    def method(response):
        parts = [unquote(part) for part in response.parsed_url.path.split("/") if part]
        return json.dumps(operation(response.backup_backend, parts, json.loads(response.body or "{}")))

    method.__name__ = operation.__name__
    setattr(BackupResponse, operation.__name__, method)
    return operation


def existing_plan(backend, plan_id):
    plan = backend.plans.get(plan_id)
    if plan is None or plan.deletion_date is not None:
        raise ResourceNotFoundException(f"Backup plan {plan_id} doesn't exist")
    return plan


def existing_selection(backend, plan_id, selection_id):
    selection = backend.selections.get(plan_id, {}).get(selection_id)
    if selection is None:
        raise ResourceNotFoundException(f"Backup selection {selection_id} doesn't exist")
    return selection


def existing_vault(backend, name):
    if name not in backend.vaults:
        raise ResourceNotFoundException(f"Backup vault {name} doesn't exist")
    return backend.vaults[name]


@respond
def update_backup_plan(backend, parts, body):
    plan = existing_plan(backend, parts[2])
    changed = Plan(body["BackupPlan"], plan.creator_request_id, backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, changed.version_id
    plan.advanced_backup_settings = changed.advanced_backup_settings
    return plan.to_dict()


@respond
def create_backup_selection(backend, parts, body):
    plan_id, selection = existing_plan(backend, parts[2]).backup_plan_id, body["BackupSelection"]
    if not any(selection.get(part) for part in ("Resources", "ListOfTags", "Conditions")):
        raise InvalidParameterValueException("A backup selection must assign resources")
    existing = backend.selections.setdefault(plan_id, {})
    if any(each["BackupSelection"]["SelectionName"] == selection["SelectionName"] for each in existing.values()):
        raise AlreadyExistsException("Backup selection with the same name already exists")
    made = {
        "SelectionId": str(mock_random.uuid4()),
        "BackupPlanId": plan_id,
        "BackupSelection": selection,
        "CreationDate": unix_time(),
    }
    existing[made["SelectionId"]] = made
    return {key: value for key, value in made.items() if key != "BackupSelection"}


@respond
def get_backup_selection(backend, parts, _):
    return existing_selection(backend, parts[2], parts[4])


@respond
def list_backup_selections(backend, parts, _):
    made = backend.selections.get(existing_plan(backend, parts[2]).backup_plan_id, {}).values()
    names = ("SelectionName", "IamRoleArn")
    return {"BackupSelectionsList": [{**each, **{name: each["BackupSelection"][name] for name in names}} for each in made]}


@respond
def delete_backup_selection(backend, parts, _):
    existing_selection(backend, parts[2], parts[4])
    del backend.selections[parts[2]][parts[4]]
    return {}


@respond
def describe_region_settings(backend, _, __):
    return {"ResourceTypeOptInPreference": backend.opt_ins, "ResourceTypeManagementPreference": {}}


@respond
def update_region_settings(backend, _, body):
    backend.opt_ins.update(body.get("ResourceTypeOptInPreference", {}))
    return {}


@respond
def start_backup_job(backend, _, body):
    vault = existing_vault(backend, body["BackupVaultName"])
    now = unix_time()
    owner = f"arn:aws:backup:{backend.region_name}:{backend.account_id}"
    point = {
        "RecoveryPointArn": f"{owner}:recovery-point:{mock_random.uuid4()}",
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        "ResourceArn": body["ResourceArn"],
        "ResourceType": "S3" if ":s3:" in body["ResourceArn"] else "Aurora",
        "IamRoleArn": body["IamRoleArn"],
        "Status": "COMPLETED",
        "CreationDate": now,
        "CompletionDate": now,
        "EncryptionKeyArn": vault.encryption_key_arn,
        "IsEncrypted": True,
        "Lifecycle": body.get("Lifecycle", {}),
    }
    backend.recovery_points.setdefault(vault.backup_vault_name, {})[point["RecoveryPointArn"]] = point
    vault.num_of_recovery_points += 1
    return {"BackupJobId": str(mock_random.uuid4()), "RecoveryPointArn": point["RecoveryPointArn"], "CreationDate": now}


@respond
def list_recovery_points_by_backup_vault(backend, parts, _):
    name = existing_vault(backend, parts[1]).backup_vault_name
    return {"RecoveryPoints": list(backend.recovery_points.get(name, {}).values())}


@respond
def delete_recovery_point(backend, parts, _):
    vault, arn = existing_vault(backend, parts[1]), parts[3]
    if arn not in backend.recovery_points.get(vault.backup_vault_name, {}):
        raise ResourceNotFoundException(f"Recovery point {arn} doesn't exist")
    if vault.locked and vault.min_retention_days:
        raise InvalidRequestException(f"The lock of vault {vault.backup_vault_name} keeps its recovery points")
    del backend.recovery_points[vault.backup_vault_name][arn]
    vault.num_of_recovery_points -= 1
    return {}


@respond
def list_tags(backend, parts, _):
    """moto looks for the ARN in the wrong part of the path."""
    return {"Tags": backend.list_tags(parts[1])}


BackupBackend.__init__ = init_with_extensions
BackupBackend.create_backup_plan = create_plan_beside_deleted
BackupBackend.delete_backup_plan = delete_plan_without_selections
BackupBackend.delete_backup_vault = delete_empty_vault
urls.url_paths.update(
    {
        "{0}/account-settings$": urls.response.dispatch,
        "{0}/backup-jobs$": urls.response.dispatch,
        "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/?$": urls.response.dispatch,
        "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/(?P<arn>[^/]+)$": urls.response.dispatch,
    }
)
