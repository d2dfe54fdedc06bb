import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, type Context, physicalName, policyDocument, viaServices } from "@selfhosted/common";
import { ServiceRole } from "@selfhosted/common/components";
import { serviceActions } from "../config/buckets";

/** The tag of the API's role that names the key which the service was given. */
export const serviceKeyTag = "service-key";

export interface DataAccessArgs {
  context: Context;
  bucketArns: pulumi.Input<string>[];
  /** More actions on objects than the service is known to need. */
  extraObjectActions: string[];
  /** Keys that encrypt the buckets. */
  bucketKeyArns: pulumi.Input<string>[];
  serviceKeyArn: string;
  /** Whether another service key than the deployed one may take its place. */
  mayChangeServiceKey: boolean;
}

const serviceKeyActions = ["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"];

/** Who may touch the data: the role of the API's tasks. The database is opened by password and security group. */
export class DataAccess extends Component {
  readonly apiTaskRoleArn: pulumi.Output<string>;

  constructor(name: string, args: DataAccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "DataAccess", name, opts);
    const { context, serviceKeyArn } = args;
    const parent = { parent: this };

    const role = new ServiceRole(
      `${name}-api-role`,
      {
        context,
        name: apiRoleName(name),
        description: "Tasks of the API",
        services: "ecs-tasks",
        ownAccountOnly: true,
        tags: { [serviceKeyTag]: serviceKeyArn },
      },
      parent,
    );
    new aws.iam.RolePolicy(`${name}-api-policy`, { name: "data", role: role.name, policy: apiPolicy(args) }, parent);
    // Opens the customer's key without a change to its policy.
    new aws.kms.Grant(
      `${name}-service-key`,
      {
        name: serviceKeyGrantName(name),
        keyId: serviceKeyArn,
        granteePrincipal: role.arn,
        operations: [...serviceKeyActions, "DescribeKey"],
      },
      // Another key would replace the grant, which Pulumi refuses while it is protected.
      { ...parent, protect: !args.mayChangeServiceKey },
    );

    this.apiTaskRoleArn = role.arn;
    this.registerOutputs({ apiTaskRoleArn: this.apiTaskRoleArn });
  }
}

/** Physical name of the API's role, by the logical name of the component. */
export function apiRoleName(name: string): string {
  return physicalName("role", `${name}-api`);
}

/** Name of the grant on the service key, by the logical name of the component. */
export function serviceKeyGrantName(name: string): string {
  return physicalName("kmsGrant", `${name}-service-key`);
}

function apiPolicy({ context, bucketArns, extraObjectActions, bucketKeyArns, serviceKeyArn }: DataAccessArgs) {
  return policyDocument([
    {
      sid: "Objects",
      actions: [...serviceActions, ...extraObjectActions],
      resources: bucketArns.map((arn) => pulumi.interpolate`${arn}/*`),
    },
    {
      sid: "Buckets",
      actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      resources: bucketArns,
    },
    {
      sid: "BucketKeys",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: bucketKeyArns,
      conditions: { StringEquals: { "kms:ViaService": viaServices(context.location, "s3") } },
    },
    {
      sid: "ServiceKey",
      actions: serviceKeyActions.map((action) => `kms:${action}`),
      resources: serviceKeyArn,
    },
  ]);
}
