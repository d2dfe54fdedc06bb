import type { Container } from "@selfhosted/common";
import { apiVariables } from "./api";
import { consoleVariables } from "./console";
import { migrationVariables } from "./migrations";
import { settingOf } from "./settings";
import type { ContainerVariables } from "./variables";

/** Names that users may not set in any container, with the reason. */
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

const variablesOf: Record<Container, ContainerVariables> = {
  api: apiVariables,
  console: consoleVariables,
  migration: migrationVariables,
};

/** Why users may not set a variable of a container; undefined where they may. */
export function refusedName(container: Container, name: string): string | undefined {
  const { plain, secret } = variablesOf[container];
  // The languages of the product's containers read the names of proxies in lower case too.
  const managed = [...Object.keys(plain), ...Object.keys(secret)].find(
    (each) => each === name || (each.endsWith("_PROXY") && each === name.toUpperCase()),
  );
  if (managed === undefined) {
    return forbidden.find(([names]) => names.test(name))?.[1];
  }
  const key = settingOf(container, managed) ?? (managed === "NO_PROXY" ? "noProxy" : undefined);
  return `the installer manages ${managed} of this container${key ? `; set ${key} instead` : ""}`;
}
