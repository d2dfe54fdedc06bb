import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, type Context, physicalName, policyDocument, type Statement } from "@selfhosted/common";
import { ServiceRole } from "@selfhosted/common/components";

export interface ExecutionRoleArgs {
  context: Context;
  /** Repositories of the task's images, as far as they are in ECR. */
  repositoryArns: string[];
  /** Those of them that ECR makes and fills when they are first pulled from. */
  cachedRepositoryArns: string[];
  logGroupArn: pulumi.Input<string>;
  /** Secrets of the task and of registries. */
  secretArns: pulumi.Input<string>[];
  /** KMS key that encrypts the secrets; AWS's own key for Secrets Manager needs no permission. */
  keyArn: pulumi.Input<string>;
  /** The customer's key of a secret of theirs. Default: there is none. */
  secretKeyArn?: string;
}

/** What ECS itself may do to start one kind of task: pull its images, read its secrets, write its log. */
export class ExecutionRole extends Component {
  readonly role: ServiceRole;
  /** Before it exists, tasks can't start. */
  readonly policy: aws.iam.RolePolicy;

  constructor(name: string, args: ExecutionRoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "ExecutionRole", name, opts);
    const parent = { parent: this };

    this.role = new ServiceRole(
      `${name}-role`,
      {
        context: args.context,
        name: physicalName("role", name),
        services: "ecs-tasks",
        // AWS documents the condition on the source account for task roles only. Were it not sent here, no task would start.
        ownAccountOnly: false,
      },
      parent,
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: this.role.name, policy: startPolicy(args) },
      // Tasks of the old definition start until the new ones serve. So a new policy is made beside the old one, which goes last.
      { ...parent, replaceOnChanges: ["policy"] },
    );
    this.registerOutputs({ arn: this.role.arn });
  }
}

function startPolicy(args: ExecutionRoleArgs): pulumi.Output<string> {
  return policyDocument([
    ...(args.repositoryArns.length > 0 ? pull(args.repositoryArns) : []),
    ...(args.cachedRepositoryArns.length > 0 ? fetch(args.cachedRepositoryArns) : []),
    {
      sid: "WriteLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: pulumi.interpolate`${args.logGroupArn}:log-stream:*`,
    },
    ...(args.secretArns.length > 0 ? readSecrets(args) : []),
  ]);
}

function pull(repositories: string[]): Statement[] {
  return [
    // This action doesn't support resource-level permissions.
    { sid: "EnterRegistry", actions: ["ecr:GetAuthorizationToken"], resources: "*" },
    {
      sid: "PullImages",
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: repositories,
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html */
function fetch(repositories: string[]): Statement[] {
  return [
    {
      sid: "FetchImages",
      actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
      resources: repositories,
    },
  ];
}

function readSecrets({ secretArns, keyArn, secretKeyArn }: ExecutionRoleArgs): Statement[] {
  const decrypt = (sid: string, resources: pulumi.Input<string>): Statement => ({
    sid,
    actions: ["kms:Decrypt"],
    resources,
    conditions: { StringEquals: { "kms:EncryptionContext:SecretARN": secretArns } },
  });
  return [
    { sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: secretArns },
    decrypt("DecryptSecrets", keyArn),
    ...(secretKeyArn === undefined ? [] : [decrypt("DecryptCustomersSecret", secretKeyArn)]),
  ];
}
