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
  Surroundings,
} from "@selfhosted/common";

export interface DataKeyArgs {
  /** Account and region of the key. */
  where: Surroundings;
  ephemeral: boolean;
}

/** Through these services the key may be used by whoever may use them. */
const services = ["backup", "es", "rds", "s3", "secretsmanager", "sns"];

/** The installation's own key for data at rest. */
export class DataKey extends Component {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { where, ephemeral }: DataKeyArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "DataKey", name, opts);

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `${name}: data at rest`,
        enableKeyRotation: true,
        // AWS's longest and shortest wait before a deleted key, and all it encrypted, is gone.
        deletionWindowInDays: ephemeral ? 7 : 30,
        policy: keyPolicy(where),
      },
      { parent: this, protect: !ephemeral },
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
 * The account administers the key but can't use it directly: only through the services that store the data. In a key policy
 * the resource `*` is the key itself.
 */
function keyPolicy(where: Surroundings): pulumi.Output<string> {
  const account = { aws: globalArn(where.partition, "iam", "root", where.accountId) };
  const throughServices = {
    StringEquals: { "kms:ViaService": services.map((service) => `${service}.${where.region}.${where.dnsSuffix}`) },
  };
  return policyDocument([
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
      sid: "Logs",
      principals: { service: regionalPrincipal("logs", where) },
      resources: "*",
      actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn(where, "logs", "log-group:*") } },
    },
    {
      // To publish to encrypted topics. For whom they may do so, the policies of the topics say.
      sid: "Notifications",
      principals: { service: [servicePrincipal("cloudwatch"), servicePrincipal("events.rds")] },
      resources: "*",
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    },
  ]);
}
