import { ifKnown, isDenied, type AwsClients, type LookUp } from "@selfhosted/common";
import type { Inputs } from "../config";

/** The policy of the log router exists. Whose it may be, a rule says. */
export const logRouterPolicy: LookUp<Inputs> = {
  name: "log router policy",
  key: "logRouterPolicyArn",
  what: ({ config }) => `policy ${config.logRouterPolicyArn}`,
  async look({ config }, { aws }) {
    const { logRouterPolicyArn: arn } = config;
    if (arn === undefined) {
      return undefined;
    }
    await aws.iam.getPolicy({ PolicyArn: arn });
    return { evidence: arn };
  },
};

/**
 * The secret by which ECS signs in to a private registry exists, and tasks may decrypt it: with AWS's own key for Secrets Manager,
 * which takes no permission, or with the installation's.
 */
export const registryCredentials: LookUp<Inputs> = {
  name: "registry credentials",
  key: "registryCredentialsSecretArn",
  what: ({ config }) => `secret ${config.registryCredentialsSecretArn}`,
  async look({ config, upstream }, { aws }) {
    const { registryCredentialsSecretArn: arn } = config;
    if (arn === undefined) {
      return undefined;
    }
    const key = "registryCredentialsSecretArn";
    const [, , , region] = arn.split(":");
    if (region !== upstream.installation.region) {
      // A rule says so already.
      return { evidence: "", skipped: "it is of another region" };
    }
    const { DeletedDate: deleted, KmsKeyId: used } = await aws.secrets.describeSecret({ SecretId: arn });
    const restore = `aws secretsmanager restore-secret --region ${region} --secret-id ${arn}`;
    // Before the first deployment it isn't known.
    const dataKeyArn = ifKnown(() => upstream.dataKeyArn);
    const isOpen = used === undefined || (await mayDecrypt(aws.kms, used, dataKeyArn));
    return {
      evidence: arn,
      problems: [
        ...(deleted
          ? [
              {
                key,
                reason: `secret ${arn} is scheduled for deletion on ${deleted.toISOString().slice(0, 10)}`,
                fix: restore,
              },
            ]
          : []),
        ...(isOpen
          ? []
          : [
              {
                key,
                reason: `secret ${arn} is encrypted with ${used}; tasks may decrypt with AWS's own key or the installation's data key only`,
                fix: `aws secretsmanager update-secret --region ${region} --secret-id ${arn} --kms-key-id alias/aws/secretsmanager`,
                ...(dataKeyArn === undefined && { severity: "warning" as const }),
              },
            ]),
      ],
    };
  },
};

/** Whether tasks may decrypt with a key: the ID of one, or the ARN of an alias. What the caller may not see stops nobody. */
async function mayDecrypt(kms: AwsClients["kms"], used: string, dataKeyArn: string | undefined): Promise<boolean> {
  try {
    const { KeyMetadata: { Arn: arn, KeyManager: manager } = {} } = await kms.describeKey({ KeyId: used });
    return manager === "AWS" || arn === dataKeyArn;
  } catch (error) {
    if (isDenied(error)) {
      return true;
    }
    throw error;
  }
}
