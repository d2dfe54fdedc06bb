import type { InfrastructureOutputs, SecretReference, Surroundings } from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import type { Hosts } from "../hosts";
import type { ApplicationConfig } from "../settings";

/** What the values of environment variables come from. */
export interface EnvironmentFacts {
  config: ApplicationConfig;
  hosts: Hosts;
  upstream: InfrastructureOutputs;
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

/** The variables that are set under these facts, and the user's own. */
export function environment(
  variables: ContainerVariables,
  facts: EnvironmentFacts,
  extra: ExtraVariables,
): Environment {
  return {
    plain: { ...values(variables.plain, facts), ...extra.environment },
    secret: { ...values(variables.secret, facts), ...extra.secrets },
  };
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
