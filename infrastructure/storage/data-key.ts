import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  arn,
  Component,
  globalArn,
  type Location,
  parseArn,
  physicalName,
  policyDocument,
  regionalPrincipal,
  servicePrincipal,
  type Statement,
  viaServices,
} from "@selfhosted/common";

export interface DataKeyArgs {
  /** Account and region of the key. */
  location: Location;
  /** Pulumi refuses to delete the key. */
  protect: boolean;
  /** The key stays in AWS, with everything that it encrypted, once the program no longer makes it. */
  retain: boolean;
  /** Name of the ECS cluster whose shells (ECS Exec) are encrypted with the key. */
  execCluster?: string;
  /** The backup vault that gets copies of the backups; another account's may read them with the key. */
  copyVaultArn?: string;
}

/** Who may use these services may use the key through them. */
const services = ["backup", "es", "rds", "s3", "secretsmanager", "sns"];

/**
 * Days until a deleted key, and all that it encrypted, is gone: the most that AWS takes, as snapshots and backups outlive the
 * installation and need the key.
 */
export const keyDeletionDays = 30;

/** By which the installation's own key is known, too, by the logical name of the component. */
export function dataKeyDescription(name: string): string {
  return `${name}: data at rest`;
}

/** The installation's own key for data at rest. */
export class DataKey extends Component {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DataKeyArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "DataKey", name, opts);
    const parent = { parent: this };

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: dataKeyDescription(name),
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays,
        policy: policyDocument(keyPolicy(args)),
      },
      { ...parent, protect: args.protect, retainOnDelete: args.retain },
    );
    new aws.kms.Alias(
      `${name}-alias`,
      { name: `alias/${physicalName("kmsAlias", name)}`, targetKeyId: key.keyId },
      parent,
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The account administers the key but can't use it directly: only through the services that store the data, and for shells.
 * In a key policy the resource `*` is the key itself.
 */
function keyPolicy({ location, execCluster, copyVaultArn = "" }: DataKeyArgs): Statement[] {
  const copyAccountId = parseArn(copyVaultArn)?.account ?? location.accountId;
  const account = { aws: globalArn(location.partition, "iam", "root", location.accountId) };
  const throughServices = { StringEquals: { "kms:ViaService": viaServices(location, ...services) } };
  return [
    {
      sid: "Administration",
      principals: account,
      resources: "*",
      actions: [
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:Describe*",
        "kms:Disable*",
        "kms:Enable*",
        "kms:Get*",
        "kms:List*",
        "kms:PutKeyPolicy",
        "kms:RevokeGrant",
        "kms:RotateKeyOnDemand",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:Update*",
      ],
    },
    {
      sid: "UseThroughServices",
      principals: account,
      resources: "*",
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      conditions: throughServices,
    },
    {
      sid: "GrantsForServices",
      principals: account,
      resources: "*",
      actions: ["kms:CreateGrant"],
      conditions: { ...throughServices, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      // AWS Backup gives up the grants of a vault with it:
      // https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html
      sid: "GrantsGivenUp",
      principals: account,
      resources: "*",
      actions: ["kms:RetireGrant"],
      conditions: throughServices,
    },
    {
      sid: "Logs",
      principals: { service: regionalPrincipal("logs", location) },
      resources: "*",
      actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn(location, "logs", "log-group:*") } },
    },
    {
      // To publish to encrypted topics, for databases and alarms of this account.
      sid: "Notifications",
      principals: { service: [servicePrincipal("events.rds"), servicePrincipal("cloudwatch")] },
      resources: "*",
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      conditions: { StringEquals: { "aws:SourceAccount": location.accountId } },
    },
    {
      // EventBridge, for the same. Of an encrypted topic's key AWS supports no source account for it; the topic's own policy asks for it
      // (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
      sid: "EventNotices",
      principals: { service: servicePrincipal("events") },
      resources: "*",
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    },
    ...(execCluster === undefined ? [] : [shells(account, execCluster)]),
    ...(copyAccountId === location.accountId ? [] : backupCopies(location, copyAccountId)),
  ];
}

/**
 * Session Manager's plugin on the operator's side and its agent in the container call KMS themselves, not through a service,
 * and name the target of the session, `ecs:<cluster>_<task>_<container>`, in the encryption context:
 * https://github.com/aws/session-manager-plugin/blob/mainline/src/encryption/encrypter.go and
 * https://github.com/aws/aws-cli/blob/develop/awscli/customizations/ecs/executecommand.py
 */
function shells(principals: Statement["principals"], cluster: string): Statement {
  return {
    sid: "Shells",
    principals,
    resources: "*",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    conditions: { StringLike: { "kms:EncryptionContext:aws:ssm:TargetId": `ecs:${cluster}_*` } },
  };
}

/**
 * Backups of Aurora keep the key of the cluster, so the account that gets a copy reads them with this one:
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html and
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/share-encrypted-snapshot.html
 */
function backupCopies(location: Location, accountId: string): Statement[] {
  const other = { aws: globalArn(location.partition, "iam", "root", accountId) };
  return [
    {
      sid: "BackupCopies",
      principals: other,
      resources: "*",
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    },
    {
      sid: "BackupCopyGrants",
      principals: other,
      resources: "*",
      actions: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
