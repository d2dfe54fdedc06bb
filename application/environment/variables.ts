import * as pulumi from "@pulumi/pulumi";
import type { InfrastructureOutputs, Location, SecretReference } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import type { Hosts } from "../network/hosts";

/** What the values of variables are made of. */
export interface VariableSources {
  config: ApplicationConfig;
  hosts: Hosts;
  location: Location;
  upstream: Pick<
    InfrastructureOutputs,
    "buckets" | "database" | "endpointsSecurityGroupId" | "search" | "serviceKeyArn"
  >;
}

/** One key of a JSON secret that another layer keeps. */
export interface SecretKey {
  secret: SecretReference;
  key: string;
}

/** A secret value of this layer's own configuration, or one that another layer keeps. */
export type SecretValue = pulumi.Output<string> | SecretKey;

type Table<T> = Record<string, (sources: VariableSources) => T | undefined>;

/** The variables of a container: each name with where its value comes from. `undefined` leaves the variable out. */
export interface ContainerVariables {
  plain: Table<string>;
  secret: Table<SecretValue>;
  /** What the user adds. */
  extra: (config: ApplicationConfig) => Environment;
}

/** The variables of one container with their values. */
export interface Environment {
  plain: Record<string, string>;
  secret: Record<string, SecretValue>;
}

/**
 * The order of the secret values in a container's secret, which is that of the first release: in another order the same
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

/** The variables of a container that are set, and the user's own. */
export function environment(variables: ContainerVariables, sources: VariableSources): Environment {
  const extra = variables.extra(sources.config);
  return {
    plain: { ...values(variables.plain, sources), ...extra.plain },
    secret: { ...inOrder(values(variables.secret, sources)), ...extra.secret },
  };
}

function inOrder<T>(secrets: Record<string, T>): Record<string, T> {
  const position = (name: string): number => [...secretOrder, name].indexOf(name);
  return Object.fromEntries(Object.entries(secrets).sort(([a], [b]) => position(a) - position(b)));
}

/** `true` for a switch that is on; the product takes the mere presence of some variables for yes. */
export function whenOn(on: boolean): "true" | undefined {
  return on ? "true" : undefined;
}

export function isSecretKey(value: SecretValue): value is SecretKey {
  return !pulumi.Output.isInstance(value);
}

function values<T>(table: Table<T>, sources: VariableSources): Record<string, T> {
  const found = Object.entries(table).map(([name, value]) => [name, value(sources)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, T] => entry[1] !== undefined));
}
