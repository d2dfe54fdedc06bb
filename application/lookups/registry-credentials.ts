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

/**
 * The secret by which ECS signs in to a private registry exists, and tasks may decrypt it: with AWS's own key for Secrets Manager,
 * which takes no permission, or with the installation's.
 */
export const registryCredentials: LookUp<RuleArgs> = namedLookUp(
  "registry credentials",
  "secret",
  "registryCredentialsSecretArn",
  async (arn, { upstream }, { aws }) => {
    const region = parseArn(arn)?.region;
    if (region !== upstream.installation.region) {
      // A rule says so already.
      return { skipped: "it is of another region" };
    }
    const { DeletedDate: deletion, KmsKeyId: keyId } = await aws.secrets.describeSecret({ SecretId: arn });
    // Before the first deployment it isn't known.
    const dataKeyArn = ifKnown(() => upstream.dataKeyArn);
    const isReadable = keyId === undefined || (await mayDecrypt(aws.kms, keyId, dataKeyArn));
    const problem = (reason: string, command: string): ConfigProblem => ({
      key: "registryCredentialsSecretArn",
      reason: `secret ${arn} is ${reason}`,
      fix: `aws secretsmanager ${command}`,
    });
    const options = `--region ${region} --secret-id ${arn}`;
    const unreadable = problem(
      `encrypted with ${keyId}; tasks may decrypt with AWS's own key or the installation's data key only`,
      `update-secret ${options} --kms-key-id alias/aws/secretsmanager`,
    );
    return {
      detail: arn,
      problems: [
        ...(deletion ? [problem(`scheduled for deletion on ${isoDate(deletion)}`, `restore-secret ${options}`)] : []),
        ...problemIf(!isReadable, { ...unreadable, ...(dataKeyArn === undefined && { severity: "warning" }) }),
      ],
    };
  },
);

/** Whether tasks may decrypt with a key: the ID of one, or the ARN of an alias. What the caller may not see stops nobody. */
async function mayDecrypt(kms: AwsClients["kms"], keyId: string, dataKeyArn: string | undefined): Promise<boolean> {
  try {
    const { KeyMetadata: { Arn: arn, KeyManager: manager } = {} } = await kms.describeKey({ KeyId: keyId });
    return manager === "AWS" || arn === dataKeyArn;
  } catch (error) {
    if (isDenied(error)) {
      return true;
    }
    throw error;
  }
}
