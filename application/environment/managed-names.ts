import { apiVariables } from "./api";
import { consoleVariables } from "./console";
import { migrationVariables } from "./migrations";
import type { ContainerVariables } from "./variables";

/** Names that no one may set: credentials come from the task's role, and certificates are always checked. */
const forbidden = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "ALLOW_INVALID_CERTS",
  "MYSQL_ALLOW_EMPTY_PASSWORD",
  "MYSQL_ROOT_CREDENTIALS",
  "PORT",
  "PULUMI_LOCAL_KEYS",
  "PULUMI_LOCAL_OBJECTS",
  "PULUMI_POLICY_PACK_LOCAL_HTTP_OBJECTS",
];

function namesOf({ plain, secret }: ContainerVariables): Set<string> {
  return new Set([...Object.keys(plain), ...Object.keys(secret), ...forbidden]);
}

/** Environment variables that the installer sets itself, or that would break the container, by container. */
export const managedNames = {
  api: namesOf(apiVariables("FULL")),
  console: namesOf(consoleVariables),
  migration: namesOf(migrationVariables),
};
