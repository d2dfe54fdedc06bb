import { Component, physicalName, type SecretReference } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isSecretKey, type SecretKey, type SecretValue } from "./environment/variables";

export interface SecretsArgs {
  /** By key. */
  values: Record<string, SecretValue>;
  dataKeyArn: string;
}

/**
 * The secret values of one kind of task. Its own are keys of one JSON secret; others stay where another layer keeps them. All are
 * pinned to a version, so that a changed value rolls the tasks that use it, and no others.
 */
export class Secrets extends Component {
  /** How a container definition refers to each value. */
  readonly references: Record<string, pulumi.Output<string>>;
  /** The secrets that hold the values. */
  readonly arns: pulumi.Output<string>[];

  constructor(name: string, args: SecretsArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Secrets", name, opts);
    const all = Object.entries(args.values);
    const foreign = all.filter((entry): entry is [string, SecretKey] => isSecretKey(entry[1]));
    const own = all.filter((entry): entry is [string, pulumi.Output<string>] => !isSecretKey(entry[1]));

    this.references = Object.fromEntries(foreign.map(([name, { secret, key }]) => [name, reference(secret, key)]));
    this.arns = [...new Set(foreign.map(([, { secret }]) => secret.arn))].map((arn) => pulumi.output(arn));
    if (own.length > 0) {
      const stored = this.store(name, Object.fromEntries(own), args.dataKeyArn);
      for (const [key] of own) {
        this.references[key] = reference(stored, key);
      }
      this.arns.push(stored.arn);
    }
    this.registerOutputs({ arns: this.arns });
  }

  private store(
    name: string,
    values: Record<string, pulumi.Output<string>>,
    dataKeyArn: string,
  ): Record<keyof SecretReference, pulumi.Output<string>> {
    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      {
        name: physicalName("secret", name),
        kmsKeyId: dataKeyArn,
        // All values stand in the stack's configuration. A waiting period would save nothing, and block the name.
        recoveryWindowInDays: 0,
      },
      { parent: this },
    );
    const { versionId } = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(values)) },
      // A rollout that ECS takes back starts tasks that read the version before; that one goes with the secret.
      { parent: this, retainOnDelete: true },
    );
    return { arn: secret.arn, versionId };
  }
}

/** `<arn>:<key>::<version>`, as container definitions spell it. */
function reference(
  { arn, versionId }: { [K in keyof SecretReference]: pulumi.Input<string> },
  key: string,
): pulumi.Output<string> {
  return pulumi.interpolate`${arn}:${key}::${versionId}`;
}
