import type { TaskDefinition } from "@aws-sdk/client-ecs";
import {
  type DescribeSecretCommandOutput,
  paginateListSecretVersionIds,
  type SecretsManager,
  type SecretVersionsListEntry,
} from "@aws-sdk/client-secrets-manager";
import { isDenied, type SecretReference } from "@selfhosted/common";
import { type CheckResult, checkResult, runCheck } from "../report";

const dayMs = 24 * 60 * 60 * 1000;

/** When a secret is too old. */
export interface AgeLimit {
  /** Default: never. */
  maxDays?: number;
  now: Date;
}

/**
 * Every secret that a task starts with exists, in the version that it is pinned to, which isn't too old. Values are not read.
 *
 * @param rotated how the secrets with these ARNs get a new value, where it isn't a setting's.
 */
export async function checkSecrets(
  secrets: SecretsManager,
  taskDefinitions: TaskDefinition[],
  limit: AgeLimit,
  rotated: Record<string, string> = {},
): Promise<CheckResult[]> {
  const found = await Promise.all(
    usedSecrets(taskDefinitions).map((used) =>
      runCheck(`secret ${secretName(used.arn)}`, async () => {
        const [described, ofAge] = await Promise.all([
          secrets.describeSecret({ SecretId: used.arn }),
          ageOf(secrets, used, limit, rotated[used.arn]),
        ]);
        return [checkSecret(used, described), ...ofAge];
      }),
    ),
  );
  return found.flat();
}

/** How old it is, for which an operator's policy of earlier releases has no permission. */
async function ageOf(
  secrets: SecretsManager,
  used: SecretReference,
  limit: AgeLimit,
  rotated: string | undefined,
): Promise<CheckResult[]> {
  try {
    return checkAge(used, await versionMadeAt(secrets, used), limit, rotated);
  } catch (error) {
    if (!isDenied(error)) {
      throw error;
    }
    const name = `age of secret ${secretName(used.arn)}`;
    return [
      { name, verdict: "skip", detail: "it can't be seen without the permission secretsmanager:ListSecretVersionIds" },
    ];
  }
}

/** When the version was made that tasks start with: a change of tags or labels changes the secret's own dates. */
async function versionMadeAt(secrets: SecretsManager, { arn, versionId }: SecretReference): Promise<Date | undefined> {
  for await (const { Versions = [] } of paginateListSecretVersionIds({ client: secrets }, { SecretId: arn })) {
    const isUsed = ({ VersionId, VersionStages = [] }: SecretVersionsListEntry): boolean =>
      versionId === "" ? VersionStages.includes("AWSCURRENT") : VersionId === versionId;
    const found = Versions.find(isUsed);
    if (found !== undefined) {
      return found.CreatedDate;
    }
  }
  return undefined;
}

/** How a secret gets a new value, where nothing else is known of it; the customer's own are pinned to no version. */
function rotation({ versionId }: SecretReference): string {
  return versionId === ""
    ? "put a new value into it, then have each service start new tasks: `aws ecs update-service --force-new-deployment`"
    : "`make rotate` lists what can be rotated; where nothing in it needs to be: `pulumi config set secretMaxAgeDays` in application/";
}

/** Warns where a secret has had its value for too long. CloudWatch has no metric of it, so no alarm can. */
export function checkAge(
  used: SecretReference,
  madeAt: Date | undefined,
  { maxDays = Infinity, now }: AgeLimit,
  rotated = rotation(used),
): CheckResult[] {
  const days = madeAt === undefined ? 0 : Math.floor((now.getTime() - madeAt.getTime()) / dayMs);
  const name = `age of secret ${secretName(used.arn)}`;
  const detail = `${days} days without a new value, more than secretMaxAgeDays (${maxDays})`;
  return days <= maxDays ? [] : [{ name, verdict: "warn", detail, fix: rotated }];
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
