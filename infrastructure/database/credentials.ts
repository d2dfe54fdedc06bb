import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Component } from "@selfhosted/common";
import { type JsonSecret, jsonSecret } from "@selfhosted/common/components";

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
  readonly reference: JsonSecret;

  constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Credentials", name, opts);
    const { username, password, description, keyArn, ephemeral } = args;

    this.reference = jsonSecret(
      name,
      {
        description,
        values: { username, password },
        keyArn,
        recoveryDays: ephemeral ? 0 : 30,
        protect: !ephemeral,
      },
      { parent: this },
    );
    this.registerOutputs(this.reference);
  }
}
