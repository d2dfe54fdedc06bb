import type { Case } from "./case";
import { type Fixture, policy } from "./fixture";

/** Keys, secrets, logs, topics, backups and search. */
export function dataCases(fixture: Fixture): Case[] {
  const { account, disabledKey, key, missing, otherSubnet, role, secret, topic } = fixture;
  const [subnet] = account.subnetIds.private;
  const keyPolicy = (Action: string, AWS = `arn:aws:iam::${account.accountId}:root`) => ({
    Policy: policy({ Principal: { AWS }, Action, Resource: "*" }),
  });
  const plan = (rule: object) => ({
    BackupPlan: {
      BackupPlanName: "refused",
      Rules: [{ RuleName: "daily", TargetBackupVaultName: "refusals", ...rule }],
    },
  });
  const nodes = (config: object) => ({
    ClusterConfig: { InstanceType: "m7g.large.search", InstanceCount: 1, ...config },
  });
  const zones = { ZoneAwarenessEnabled: true, ZoneAwarenessConfig: { AvailabilityZoneCount: 3 } };
  const [validation, invalid] = ["ValidationException", "InvalidParameterException"];
  const backup = "InvalidParameterValueException";

  return [
    {
      call: "kms createKey",
      right: keyPolicy("kms:*"),
      wrong: [
        [
          { KeyUsage: "SIGN" },
          validation,
          "'keyUsage' failed to satisfy constraint: Member must satisfy enum value set",
        ],
        [keyPolicy("kms:Decrypt"), "MalformedPolicyDocumentException", "not allow you to update the key policy"],
        [keyPolicy("kms:*", missing.role), "MalformedPolicyDocumentException", "invalid principals"],
      ],
    },
    {
      call: "kms enableKeyRotation",
      right: { KeyId: key, RotationPeriodInDays: 90 },
      wrong: [
        [{ KeyId: disabledKey }, "DisabledException", "is disabled"],
        [{ RotationPeriodInDays: 3 }, validation, "Member must have value greater than or equal to 90"],
      ],
    },
    {
      call: "kms createGrant",
      right: { KeyId: key, GranteePrincipal: role, Operations: ["Decrypt"] },
      wrong: [
        [{ GranteePrincipal: missing.role }, "InvalidArnException", "does not refer to a valid principal"],
        [{ KeyId: missing.key }, "NotFoundException", "does not exist"],
        [{ Operations: ["Read"] }, validation, "'operations.1.member' failed to satisfy constraint"],
      ],
    },
    {
      call: "kms createAlias",
      right: { AliasName: "alias/refused", TargetKeyId: key },
      wrong: [
        [{ AliasName: "alias/aws/refused" }, "NotAuthorizedException", "reserved"],
        [{ AliasName: "alias/a b" }, validation, "'aliasName' failed to satisfy constraint"],
        [{ TargetKeyId: missing.key }, "NotFoundException", "does not exist"],
      ],
    },
    {
      call: "kms scheduleKeyDeletion",
      right: { KeyId: disabledKey, PendingWindowInDays: 7 },
      wrong: [[{ PendingWindowInDays: 3 }, validation, "between 7 and 30"]],
    },
    {
      call: "secrets createSecret",
      right: { Name: "refused", KmsKeyId: key },
      wrong: [
        [{ Name: "a b" }, validation, "Invalid name. Must be a valid name containing alphanumeric characters"],
        [{ Name: "refusals" }, "ResourceExistsException", "already exists"],
        [{ KmsKeyId: missing.key }, invalid, "does not exist"],
      ],
    },
    {
      call: "secrets putSecretValue",
      right: { SecretId: secret, SecretString: "y" },
      wrong: [
        [
          { SecretString: "x".repeat(70_000) },
          validation,
          "Value at 'secretString' failed to satisfy constraint: Member",
        ],
        [{ SecretId: "none" }, "ResourceNotFoundException", "can't find the specified secret"],
      ],
    },
    {
      call: "secrets deleteSecret",
      right: { SecretId: secret, RecoveryWindowInDays: 7 },
      wrong: [[{ RecoveryWindowInDays: 3 }, invalid, "RecoveryWindowInDays"]],
    },
    {
      call: "logs createLogGroup",
      right: { logGroupName: "refused", kmsKeyId: key },
      wrong: [
        [{ logGroupName: "a b" }, invalid, "Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must"],
        [{ logGroupName: "refusals" }, "ResourceAlreadyExistsException", "already exists"],
        [{ kmsKeyId: missing.key }, invalid, "does not exist"],
      ],
    },
    {
      call: "logs putRetentionPolicy",
      right: { logGroupName: "refusals", retentionInDays: 30 },
      wrong: [
        [{ retentionInDays: 31 }, invalid, "Value '31' at 'retentionInDays' failed to satisfy constraint: Member must"],
        [{ logGroupName: "none" }, "ResourceNotFoundException", "log group does not exist"],
      ],
    },
    {
      call: "logs putResourcePolicy",
      right: { policyName: "refused", policyDocument: keyPolicy("logs:PutLogEvents").Policy },
      wrong: [[{ policyDocument: "{}" }, invalid, "Invalid policy document"]],
    },
    {
      call: "sns createTopic",
      right: { Name: "refused", Attributes: { KmsMasterKeyId: key } },
      wrong: [
        [{ Name: "a b" }, invalid, "Topic names must be made up of"],
        [{ Attributes: { KmsMasterKeyId: missing.key } }, invalid, "KmsMasterKeyId"],
      ],
    },
    {
      call: "sns subscribe",
      right: { TopicArn: topic, Protocol: "email", Endpoint: "a@example.com" },
      wrong: [
        [{ TopicArn: missing.topic }, "NotFoundException", "Topic does not exist"],
        [{ Protocol: "pigeon" }, invalid, "Does not support this protocol string: pigeon"],
        [{ Endpoint: "nobody" }, invalid, "must match the specified protocol"],
      ],
    },
    {
      call: "sns setTopicAttributes",
      right: { TopicArn: topic, AttributeName: "DisplayName", AttributeValue: "refused" },
      wrong: [[{ AttributeName: "Policy", AttributeValue: "{" }, invalid, "Policy Error"]],
    },
    {
      call: "backup createBackupVault",
      right: { BackupVaultName: "refused", EncryptionKeyArn: key },
      wrong: [
        [{ BackupVaultName: "a b" }, backup, "'backupVaultName' failed to satisfy constraint"],
        [{ BackupVaultName: "refusals" }, "AlreadyExistsException", "already exists"],
        [{ EncryptionKeyArn: missing.key }, backup, "KMS key"],
      ],
    },
    {
      call: "backup putBackupVaultLockConfiguration",
      right: { BackupVaultName: "refused", ChangeableForDays: 3, MinRetentionDays: 1 },
      wrong: [
        [{ BackupVaultName: "none" }, "ResourceNotFoundException", "none"],
        [{ ChangeableForDays: 1 }, backup, "at least 3"],
        [{ MinRetentionDays: 0 }, backup, "between 1 and 36500"],
      ],
    },
    {
      call: "backup createBackupPlan",
      right: plan({ ScheduleExpression: "cron(0 5 * * ? *)" }),
      wrong: [
        [plan({ TargetBackupVaultName: undefined }), "MissingParameterValueException", "targetBackupVaultName' failed"],
        [plan({ TargetBackupVaultName: "none" }), backup, "Backup vault none does not exist"],
        [plan({ ScheduleExpression: "daily" }), backup, "cron expression is not valid"],
        [plan({ StartWindowMinutes: 5 }), backup, "window of 5 minutes"],
        [
          plan({ Lifecycle: { MoveToColdStorageAfterDays: 5, DeleteAfterDays: 10 } }),
          backup,
          "less than 90 days apart",
        ],
      ],
    },
    {
      call: "opensearch createDomain",
      right: {
        DomainName: "refused",
        EngineVersion: "OpenSearch_2.19",
        EBSOptions: { EBSEnabled: true, VolumeType: "gp3", VolumeSize: 10 },
        ...nodes({}),
      },
      wrong: [
        [{ DomainName: "Refused" }, validation, "'domainName' failed to satisfy constraint"],
        [{ EngineVersion: "OpenSearch" }, validation, "'engineVersion' failed to satisfy constraint"],
        [
          { EBSOptions: { EBSEnabled: true, VolumeType: "gp9" } },
          validation,
          "volumeType' failed to satisfy constraint",
        ],
        [nodes({ InstanceType: "m7g.huge.search" }), validation, "Invalid instance type: m7g.huge.search"],
        [nodes(zones), validation, "a minimum of 3 data nodes"],
        [nodes({ DedicatedMasterEnabled: true, DedicatedMasterCount: 2 }), validation, "3 or 5 dedicated master nodes"],
        [{ AdvancedSecurityOptions: { Enabled: true } }, validation, "encryption at rest"],
        [{ EncryptionAtRestOptions: { Enabled: true, KmsKeyId: missing.key } }, validation, "KMS key"],
        [{ AccessPolicies: "{" }, validation, "invalid Json"],
        [{ VPCOptions: { SubnetIds: [subnet, otherSubnet] } }, validation, "exactly 1 subnet"],
      ],
    },
    {
      call: "opensearch createDomain",
      right: { DomainName: "refused" },
      wrong: [[{}, "ResourceAlreadyExistsException", "already exists"]],
      onlyWrong: true,
    },
  ];
}
