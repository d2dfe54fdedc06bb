import * as pulumi from "@pulumi/pulumi";
import { Component, physicalName, type SecretReference } from "@selfhosted/common";
import { jsonSecret } from "@selfhosted/common/components";
import { isSecretKey, type SecretKey, type SecretValue } from "../environment/variables";

export interface SecretsArgs {
  /** By key. */
  values: Record<string, SecretValue>;
  keyArn: pulumi.Input<string>;
}

/**
 * The secret values of one kind of task. Its own are keys of one JSON secret; others stay where another layer keeps them. All but
 * the customer's own are pinned to a version, so that a changed value rolls the tasks that use it, and no others.
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
      const secret = jsonSecret(
        name,
        {
          name: physicalName("secret", name),
          values: Object.fromEntries(own),
          keyArn: args.keyArn,
          // All values are in the stack's configuration. A waiting period would save nothing, and block the name.
          recoveryDays: 0,
        },
        { parent: this },
      );
      for (const [key] of own) {
        this.references[key] = reference(secret, key);
      }
      this.arns.push(secret.arn);
    }
    this.registerOutputs({ arns: this.arns });
  }
}

/** `<arn>:<key>::<version>`, as container definitions spell it: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html */
function reference(
  { arn, versionId }: { [K in keyof SecretReference]: pulumi.Input<string> },
  key: string,
): pulumi.Output<string> {
  return pulumi.interpolate`${arn}:${key}::${versionId}`;
}
