import {
  type AwsClients,
  type ConfigProblem,
  ifKnown,
  isDenied,
  isoDate,
  type LookUp,
  namedLookUp,
  parseArn,
  problemIf,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";

/** The secret by which ECS signs in to a private registry. */
export const registryCredentials = startSecret("registry credentials", "registryCredentialsSecretArn");
/** The secret by which the API signs in to the database. */
export const databaseUser = startSecret("database user", "databaseUserSecretArn", "databaseUserSecretKeyArn");

/**
 * A secret of the customer's with which tasks start exists, and they may decrypt it: with AWS's own key for Secrets Manager, which takes no
 * permission, with the installation's, or with the one that `keyOfKey` names.
 */
function startSecret(
  name: string,
  key: "databaseUserSecretArn" | "registryCredentialsSecretArn",
  keyOfKey?: "databaseUserSecretKeyArn",
): LookUp<RuleArgs> {
  return namedLookUp(name, "secret", key, async (arn, { config, upstream }, { aws }) => {
    const region = parseArn(arn)?.region;
    if (region !== upstream.installation.region) {
      // A rule says so already.
      return { skipped: "it is of another region" };
    }
    const { DeletedDate: deletion, KmsKeyId: keyId } = await aws.secrets.describeSecret({ SecretId: arn });
    // Before the first deployment it isn't known.
    const dataKeyArn = ifKnown(() => upstream.dataKeyArn);
    const given = keyOfKey === undefined ? undefined : config[keyOfKey];
    const isReadable = keyId === undefined || (await mayDecrypt(aws.kms, keyId, [dataKeyArn, given]));
    const problem = (reason: string, command: string): ConfigProblem => ({
      key,
      reason: `secret ${arn} is ${reason}`,
      fix: `aws secretsmanager ${command}`,
    });
    const options = `--region ${region} --secret-id ${arn}`;
    const others = keyOfKey === undefined ? "" : `, or the key in ${keyOfKey}`;
    const unreadable = problem(
      `encrypted with ${keyId}; tasks may decrypt with AWS's own key${others ? "," : " or"} the installation's data key${others} only`,
      `update-secret ${options} --kms-key-id alias/aws/secretsmanager${others && `, or set ${keyOfKey}`}`,
    );
    return {
      detail: arn,
      problems: [
        ...(deletion ? [problem(`scheduled for deletion on ${isoDate(deletion)}`, `restore-secret ${options}`)] : []),
        ...problemIf(!isReadable, { ...unreadable, ...(dataKeyArn === undefined && { severity: "warning" }) }),
      ],
    };
  });
}

/** Whether tasks may decrypt with a key: the ID of one, or the ARN of an alias. What the caller may not see stops nobody. */
async function mayDecrypt(kms: AwsClients["kms"], keyId: string, own: (string | undefined)[]): Promise<boolean> {
  try {
    const { KeyMetadata: { Arn: arn, KeyManager: manager } = {} } = await kms.describeKey({ KeyId: keyId });
    return manager === "AWS" || own.includes(arn);
  } catch (error) {
    if (isDenied(error)) {
      return true;
    }
    throw error;
  }
}
