import type { SecretReference, Surroundings } from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import type { Hosts } from "../hosts";
import type { Inputs } from "../inputs";

/** What the values of environment variables come from. */
export interface EnvironmentFacts extends Inputs {
  hosts: Hosts;
  where: Surroundings;
}

/** One key of a JSON secret that another layer keeps. */
export interface SecretKey {
  secret: SecretReference;
  key: string;
}

/** A secret value of this layer's own configuration, or one that another layer keeps. */
export type SecretValue = pulumi.Output<string> | SecretKey;

type Table<T> = Record<string, (facts: EnvironmentFacts) => T | undefined>;

/** The variables of a container: each name with where its value comes from. `undefined` leaves the variable out. */
export interface ContainerVariables {
  plain: Table<string>;
  secret: Table<SecretValue>;
}

/** What a user adds to a container. */
export interface ExtraVariables {
  environment: Record<string, string>;
  secrets: Record<string, pulumi.Output<string>>;
}

/** The variables of one container with their values. */
export interface Environment {
  plain: Record<string, string>;
  secret: Record<string, SecretValue>;
}

/**
 * The order in which secret values stand in a container's secret, which is that of the first release: in another order the same
 * values are a new version of the secret, and roll every service. A new one goes last.
 */
export const secretOrder = [
  "PULUMI_LICENSE_KEY",
  "AG_GRID_LICENSE_KEY",
  "SMTP_PASSWORD",
  "RECAPTCHA_SECRET_KEY",
  "SAML_CERTIFICATE_PRIVATE_KEY",
  "GITHUB_OAUTH_SECRET",
  "GITLAB_OAUTH_SECRET",
  "BITBUCKET_OAUTH_SECRET",
  "METRICS_WEBHOOK_SECRET",
  "API_TLS_PRIVATE_KEY",
  "CONSOLE_TLS_PRIVATE_KEY",
  "HTTP_PROXY",
  "HTTPS_PROXY",
];

/** The variables that are set under these facts, and the user's own. */
export function environment(
  variables: ContainerVariables,
  facts: EnvironmentFacts,
  extra: ExtraVariables,
): Environment {
  return {
    plain: { ...values(variables.plain, facts), ...extra.environment },
    secret: { ...inOrder(values(variables.secret, facts)), ...extra.secrets },
  };
}

function inOrder<T>(secrets: Record<string, T>): Record<string, T> {
  const place = (name: string): number => [...secretOrder, name].indexOf(name);
  return Object.fromEntries(Object.entries(secrets).sort(([a], [b]) => place(a) - place(b)));
}

/** `true` for a switch that is on; the product takes the mere presence of some variables for yes. */
export function whenOn(on: boolean): "true" | undefined {
  return on ? "true" : undefined;
}

export function isSecretKey(value: SecretValue): value is SecretKey {
  return !pulumi.Output.isInstance(value);
}

function values<T>(table: Table<T>, facts: EnvironmentFacts): Record<string, T> {
  const found = Object.entries(table).map(([name, value]) => [name, value(facts)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, T] => entry[1] !== undefined));
}
