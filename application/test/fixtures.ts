import type { Found, InfrastructureOutputs } from "@selfhosted/common";
import {
  accountId,
  infrastructureOutputs,
  licenceOfTests,
  partitions,
  rsaPair,
  run,
  type Outcome,
  type Program,
  type Values,
} from "@selfhosted/common/testing";
import * as path from "node:path";
import { readConfig } from "../config";

/** The resource that runs the migration. */
export const migrationType = "pulumi-nodejs:dynamic:Resource";

export const search = {
  endpoint: "https://search.example.internal:443",
  securityGroupId: "sg-search",
  credentials: { arn: `arn:aws:secretsmanager:eu-central-1:${accountId}:secret:search`, versionId: "version-2" },
};

interface Filter {
  values: string[];
}

const answers: Record<string, (args: Values) => Values> = {
  "aws:ec2/getPrefixList:getPrefixList": ({ filters }) => ({ id: `pl-of-${(filters as Filter[])[0]?.values[0]}` }),
};

export interface Trial extends Pick<Program, "preview" | "partition" | "calls" | "resource" | "stack" | "aws"> {
  config?: Values;
  secrets?: Values;
  /** Changes to what the infrastructure layer says. */
  upstream?: Partial<InfrastructureOutputs>;
}

const runs = new Map<string, Promise<Outcome>>();

/**
 * Runs the application layer with the settings that it needs and these. Tests that ask for the same share one run, unless the run
 * answers calls in a way of its own.
 */
export function deploy(trial: Trial = {}): Promise<Outcome> {
  if (trial.calls ?? trial.resource ?? trial.aws) {
    return record(trial);
  }
  const key = JSON.stringify(trial);
  const run = runs.get(key) ?? record(trial);
  runs.set(key, run);
  return run;
}

function record({ config, secrets, upstream, calls, ...rest }: Trial): Promise<Outcome> {
  return run({
    layer: "application",
    folder: path.dirname(__dirname),
    stacks: { "selfhosted-infrastructure": { ...outputsAbove({ upstream, ...rest }) } },
    ...typed({ config, secrets, ...rest }),
    calls: { ...answers, ...calls },
    ...rest,
  });
}

/** What stands in the stack's configuration: the settings that the layer needs, and those of a trial. */
function typed({ config, secrets, partition = "aws" }: Trial): { config: Values; secretKeys: string[] } {
  const secret: Values = { licenseKey: licenceOfTests, agGridLicenseKey: "grid-licence-of-tests", ...secrets };
  const certificateArn = `arn:${partition}:acm:${partitions[partition].region}:${accountId}:certificate/1`;
  const needed = { imageTag: "20260101-1000-signed", domain: "pulumi.example.com", certificateArn };
  return { config: { ...needed, ...secret, ...config }, secretKeys: Object.keys(secret) };
}

/** What the infrastructure layer publishes. */
function outputsAbove({ upstream, partition }: Trial): InfrastructureOutputs {
  return { ...infrastructureOutputs(partition), ...upstream };
}

/** Reads the layer's configuration as its program does, without running it. */
export function read(trial: Trial = {}, above = outputsAbove(trial)): ReturnType<typeof readConfig> {
  const { config, secretKeys } = typed(trial);
  const found = Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      key.includes(":") ? key : `selfhosted-application:${key}`,
      { text: typeof value === "string" ? value : JSON.stringify(value), encrypted: secretKeys.includes(key) },
    ]);
  return readConfig(Object.fromEntries(found) as Found, above);
}

/** What is wrong with the layer's configuration, as a user reads it: `key: reason`, and a line for the remedy. */
export function refusals(trial: Trial, above = outputsAbove(trial)): string {
  return read(trial, above)
    .problems.filter(({ severity }) => severity !== "warning")
    .map(({ key, reason, fix }) => `${key}: ${reason}${fix ? `\n  fix: ${fix}` : ""}`)
    .join("\n");
}

/** An API whose containers speak TLS themselves. */
export function containerTls({ certificate, privateKey } = rsaPair): Trial {
  return { config: { apiTlsCertificate: certificate }, secrets: { apiTlsPrivateKey: privateKey } };
}

interface ContainerDefinition {
  name: string;
  image: string;
  memory: number;
  environment: { name: string; value: string }[];
  secrets: { name: string; valueFrom: string }[];
  logConfiguration: { logDriver: string; options: Record<string, string>; secretOptions?: { name: string }[] };
  [key: string]: unknown;
}

/** The containers of a task definition: of `api`, `console`, `migration` or `api-jobs`. */
export function containers(outcome: Outcome, task: string): ContainerDefinition[] {
  const definition = outcome.the("aws:ecs/taskDefinition:TaskDefinition", `test-${task}-definition`);
  return JSON.parse(String(definition.inputs["containerDefinitions"])) as ContainerDefinition[];
}

/** The plain variables of a task's first container. */
export function variables(outcome: Outcome, task: string): Record<string, string> {
  return Object.fromEntries((containers(outcome, task)[0]?.environment ?? []).map(({ name, value }) => [name, value]));
}

/** The references to secrets of a task's first container. */
export function secretVariables(outcome: Outcome, task: string): Record<string, string> {
  return Object.fromEntries(
    (containers(outcome, task)[0]?.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom]),
  );
}
