import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { DescribeSecretCommandOutput, SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SecretReference } from "@selfhosted/common";
import { type CheckResult, checkResult, runCheck } from "../report";

/** Every secret that a task starts with exists, in the version that it is pinned to. Values are not read. */
export async function checkSecrets(secrets: SecretsManager, taskDefinitions: TaskDefinition[]): Promise<CheckResult[]> {
  const found = await Promise.all(
    usedSecrets(taskDefinitions).map((used) =>
      runCheck(`secret ${secretName(used.arn)}`, async () => [
        checkSecret(used, await secrets.describeSecret({ SecretId: used.arn })),
      ]),
    ),
  );
  return found.flat();
}

/** The secrets that containers refer to as `arn:key:stage:version`, each once. */
export function usedSecrets(taskDefinitions: TaskDefinition[]): SecretReference[] {
  const references = taskDefinitions
    .flatMap((definition) => definition.containerDefinitions ?? [])
    .flatMap((container) => container.secrets ?? [])
    .flatMap(({ valueFrom }) => (valueFrom?.includes(":secretsmanager:") ? [valueFrom.split(":")] : []))
    .map((parts) => ({ arn: parts.slice(0, 7).join(":"), versionId: parts[9] ?? "" }));
  return [...new Map(references.map((each) => [`${each.arn}:${each.versionId}`, each])).values()];
}

export function checkSecret(used: SecretReference, secret: DescribeSecretCommandOutput): CheckResult {
  const name = `secret ${secretName(used.arn)}`;
  if (secret.DeletedDate !== undefined) {
    const detail = `to be deleted on ${secret.DeletedDate.toISOString().slice(0, 10)}`;
    return { name, verdict: "fail", detail, fix: `\`aws secretsmanager restore-secret --secret-id ${used.arn}\`` };
  }
  const versions = secret.VersionIdsToStages ?? {};
  if (used.versionId !== "" && versions[used.versionId] === undefined) {
    const detail = `version ${used.versionId}, which the tasks start with, is gone`;
    return {
      name,
      verdict: "fail",
      detail,
      fix: "`pulumi refresh` and `pulumi up` in its layer, then in application/",
    };
  }
  const isCurrent = used.versionId === "" || versions[used.versionId]?.includes("AWSCURRENT") === true;
  return checkResult(
    name,
    isCurrent,
    isCurrent ? "present" : "the tasks start with an older version than the current one",
    "`make deploy` rolls the services with the current one",
    "warn",
  );
}

/** `name-AbCdEf` of `arn:…:secret:name-AbCdEf`. */
function secretName(arn: string): string {
  return arn.split(":").at(-1) ?? arn;
}
