import { apiVariables } from "./api";
import { consoleVariables } from "./console";
import { migrationVariables } from "./migrations";

/** Names that no one may set, in any container, each with the reason. */
const forbidden: [names: RegExp, why: string][] = [
  [
    /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|ROLE_ARN)$/,
    "the container's credentials are those of its task role",
  ],
  [/^ALLOW_INVALID_CERTS$/, "certificates are always checked"],
  [
    /^MYSQL_(ALLOW_EMPTY_PASSWORD|ROOT_CREDENTIALS)$/,
    "the migrations log in with the secret of the infrastructure layer's database",
  ],
  [/^PORT$/, "the load balancers call the containers at their usual ports"],
  [
    /^PULUMI_(LOCAL_KEYS|AZURE_KV_\w+)$/,
    "the installation has its one key already, serviceKeyId in infrastructure/; with a second one, secrets become unreadable",
  ],
  [
    /^PULUMI_(LOCAL_OBJECTS|OBJECTS_BUCKET|POLICY_PACK_BUCKET|POLICY_PACK_LOCAL_HTTP_OBJECTS)$/,
    "the installation has its one object store already, the infrastructure layer's buckets; in a second one, state is lost from sight",
  ],
];

const variables = { api: apiVariables("FULL"), console: consoleVariables, migration: migrationVariables };

/** Why a variable of one's own isn't taken; undefined where it is. */
export function refusedName(container: keyof typeof variables, name: string): string | undefined {
  const { plain, secret } = variables[container];
  return name in plain || name in secret
    ? `the installer manages ${name} of this container; use the setting that stands for it`
    : forbidden.find(([names]) => names.test(name))?.[1];
}
