import { Component, physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface SecretsArgs {
  /** By key. */
  values: Record<string, pulumi.Output<string>>;
  dataKeyArn: string;
}

/**
 * The secret values of one service: keys of one JSON secret, pinned to its version, so that a changed value rolls the tasks of
 * exactly this service.
 */
export class Secrets extends Component {
  readonly arn: pulumi.Output<string>;
  private readonly version: aws.secretsmanager.SecretVersion;

  constructor(name: string, args: SecretsArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Secrets", name, opts);

    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      {
        name: physicalName("secret", name),
        kmsKeyId: args.dataKeyArn,
        // All values stand in the stack's configuration. A waiting period would save nothing, and block the name.
        recoveryWindowInDays: 0,
      },
      { parent: this },
    );
    this.version = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(args.values)) },
      // A rollout that ECS rolls back starts tasks that read the version before; that one goes with the secret.
      { parent: this, retainOnDelete: true },
    );
    this.arn = secret.arn;
    this.registerOutputs({ arn: this.arn, versionId: this.version.versionId });
  }

  /** How a container definition refers to one key. */
  reference(key: string): pulumi.Output<string> {
    return secretReference({ arn: this.arn, versionId: this.version.versionId }, key);
  }
}

/** `<arn>:<key>::<version>`, as container definitions spell it. */
export function secretReference(
  secret: { arn: pulumi.Input<string>; versionId: pulumi.Input<string> },
  key: string,
): pulumi.Output<string> {
  return pulumi.interpolate`${secret.arn}:${key}::${secret.versionId}`;
}
