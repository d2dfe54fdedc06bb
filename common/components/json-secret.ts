import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecretReference } from "../contract";

export interface JsonSecretArgs {
  /** Physical name. Default: made by Pulumi with random characters, since the name of a deleted secret stays taken for a while. */
  name?: string;
  description?: string;
  /** Keys of the JSON with their values. */
  values: Record<string, pulumi.Input<string>>;
  keyArn: pulumi.Input<string>;
  /** Days for which a deleted secret can be restored: 7 to 30, or 0. */
  recoveryDays: number;
  /** Pulumi refuses to delete it. Default: false. */
  protect?: boolean;
}

/** A JSON secret, by the version that holds these values. */
export type JsonSecret = { [K in keyof SecretReference]: pulumi.Output<SecretReference[K]> };

/**
 * Makes a secret with the JSON of these values: `<name>-secret` and `<name>-version`. Pulumi leaves the versions before the current
 * one: tasks that start before their definition follows, and those that ECS starts again when it rolls back, read them. `make rotate`
 * retires the former one when none does.
 */
export function jsonSecret(
  name: string,
  { values, keyArn, recoveryDays, protect, ...args }: JsonSecretArgs,
  opts: pulumi.CustomResourceOptions,
): JsonSecret {
  const secret = new aws.secretsmanager.Secret(
    `${name}-secret`,
    { ...args, kmsKeyId: keyArn, recoveryWindowInDays: recoveryDays },
    { ...opts, protect },
  );
  const { versionId } = new aws.secretsmanager.SecretVersion(
    `${name}-version`,
    { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(values)) },
    { ...opts, retainOnDelete: true },
  );
  return { arn: secret.arn, versionId };
}
