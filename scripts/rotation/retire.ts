import type { AwsClients } from "@selfhosted/common";

/**
 * Takes the label off the former version of secrets, once nothing starts with it any more. Pulumi leaves that version where it is,
 * since tasks of the former definition may still start until the services have rolled. Without a label, Secrets Manager deletes it
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html).
 */
export async function retireFormer(secrets: AwsClients["secrets"], arns: string[]): Promise<void> {
  for (const SecretId of arns) {
    const { VersionIdsToStages: versions = {} } = await secrets.describeSecret({ SecretId });
    const [former] = Object.entries(versions).find(([, stages]) => stages.includes("AWSPREVIOUS")) ?? [];
    if (former !== undefined) {
      await secrets.updateSecretVersionStage({
        ...{ SecretId, VersionStage: "AWSPREVIOUS", RemoveFromVersionId: former },
      });
      console.log(`retired: version ${former} of ${SecretId}`);
    }
  }
}
