import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Component, SecretReference } from "@selfhosted/common";

export interface PasswordArgs {
  /** Another number makes another password. */
  version: number;
  /** Whether it must have a special character. */
  special: boolean;
}

/** A random password of 32 characters. */
export function password(
  name: string,
  { version, special }: PasswordArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { result } = new random.RandomPassword(
    name,
    {
      length: 32,
      minLower: 1,
      minUpper: 1,
      minNumeric: 1,
      special,
      ...(special && { minSpecial: 1, overrideSpecial: "-_.+" }),
      keepers: { version: String(version) },
    },
    opts,
  );
  return pulumi.secret(result);
}

export interface CredentialsArgs {
  username: pulumi.Input<string>;
  password: pulumi.Input<string>;
  /** What the credentials are for. */
  description: string;
  keyArn: pulumi.Input<string>;
  ephemeral: boolean;
}

/** A secret with the JSON `{"username": …, "password": …}`. */
export class Credentials extends Component {
  readonly reference: { [K in keyof SecretReference]: pulumi.Output<SecretReference[K]> };

  constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Credentials", name, opts);

    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      {
        // Pulumi appends random characters: the name of a deleted secret stays taken for as long as it can be recovered.
        description: args.description,
        kmsKeyId: args.keyArn,
        recoveryWindowInDays: args.ephemeral ? 0 : 30,
      },
      { parent: this, protect: !args.ephemeral },
    );
    const version = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      {
        secretId: secret.id,
        secretString: pulumi.secret(pulumi.jsonStringify({ username: args.username, password: args.password })),
      },
      // Tasks that start before the application layer has followed still ask for the version before; it goes with the secret.
      { parent: this, retainOnDelete: true },
    );
    this.reference = { arn: secret.arn, versionId: version.versionId };
    this.registerOutputs(this.reference);
  }
}
