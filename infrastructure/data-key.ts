import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  arn,
  Component,
  globalArn,
  physicalName,
  policyDocument,
  regionalPrincipal,
  servicePrincipal,
  Statement,
  Surroundings,
  viaServices,
} from "@selfhosted/common";

export interface DataKeyArgs {
  /** Account and region of the key. */
  where: Surroundings;
  /** Pulumi refuses to delete the key. */
  protect: boolean;
  /** The key stays in AWS, with everything that it encrypted, once the program no longer makes it. */
  retain: boolean;
  /** Name of the ECS cluster whose shells (ECS Exec) are encrypted with the key. */
  execCluster?: string;
  /** Another account, which gets copies of the backups. */
  copyAccountId?: string;
}

/** Through these services the key may be used by whoever may use them. */
const services = ["backup", "es", "rds", "s3", "secretsmanager", "sns"];

/** By which the installation's own key is known, too, by the logical name of the component. */
export function dataKeyDescription(name: string): string {
  return `${name}: data at rest`;
}

/** The installation's own key for data at rest. */
export class DataKey extends Component {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DataKeyArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "DataKey", name, opts);

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: dataKeyDescription(name),
        enableKeyRotation: true,
        // The longest that AWS waits before a deleted key, and all that it encrypted, is gone: snapshots and backups outlive
        // the installation, and need it.
        deletionWindowInDays: 30,
        policy: policyDocument(keyPolicy(args)),
      },
      { parent: this, protect: args.protect, retainOnDelete: args.retain },
    );
    new aws.kms.Alias(
      `${name}-alias`,
      { name: `alias/${physicalName("kmsAlias", name)}`, targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The account administers the key but can't use it directly: only through the services that store the data, and for shells.
 * In a key policy the resource `*` is the key itself.
 */
function keyPolicy({ where, execCluster, copyAccountId }: DataKeyArgs): Statement[] {
  const account = { aws: globalArn(where.partition, "iam", "root", where.accountId) };
  const throughServices = { StringEquals: { "kms:ViaService": viaServices(where, ...services) } };
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
      principals: { service: regionalPrincipal("logs", where) },
      resources: "*",
      actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn(where, "logs", "log-group:*") } },
    },
    {
      // To publish to encrypted topics, for databases of this account.
      sid: "Notifications",
      principals: { service: servicePrincipal("events.rds") },
      resources: "*",
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      conditions: { StringEquals: { "aws:SourceAccount": where.accountId } },
    },
    ...(execCluster === undefined ? [] : [shells(account, execCluster)]),
    ...(copyAccountId === undefined ? [] : backupCopies(where, copyAccountId)),
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
function backupCopies(where: Surroundings, accountId: string): Statement[] {
  const other = { aws: globalArn(where.partition, "iam", "root", accountId) };
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
