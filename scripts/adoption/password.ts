import { type AwsClients, isDenied, isErrorNamed } from "@selfhosted/common";
import type { RunningApi } from "./facts";

/**
 * The password with which the API that runs connects, for a comparison only: it is never shown. Undefined where it connects as another
 * user, or the caller can't read it.
 */
export async function passwordOf(aws: AwsClients, api: RunningApi, user = ""): Promise<string | undefined> {
  const [name, password] = await Promise.all(
    ["PULUMI_DATABASE_USER_NAME", "PULUMI_DATABASE_USER_PASSWORD"].map((variable) => valueOf(aws, api, variable)),
  );
  return name === user ? password : undefined;
}

async function valueOf({ secrets }: AwsClients, api: RunningApi, variable: string): Promise<string | undefined> {
  const from = api.secrets[variable];
  if (from === undefined) {
    return api.environment[variable];
  }
  // ARN of the secret, and behind it, each where there is one, a key of its JSON, the stage and the id of its version:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
  const parts = from.split(":");
  const [key, stage, version] = parts.slice(7);
  if (parts[2] !== "secretsmanager") {
    return undefined;
  }
  try {
    const { SecretString: text } = await secrets.getSecretValue({
      SecretId: parts.slice(0, 7).join(":"),
      ...(stage && { VersionStage: stage }),
      ...(version && { VersionId: version }),
    });
    return key && text !== undefined ? memberOf(text, key) : text;
  } catch (error) {
    if (isDenied(error) || isErrorNamed(error, /^(ResourceNotFound|DecryptionFailure|Invalid(Request|Parameter))/)) {
      return undefined;
    }
    throw error;
  }
}

function memberOf(json: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown> | null)?.[key];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
