import type { InfrastructureOutputs } from "@selfhosted/common";
import {
  accountId,
  infrastructureOutputs,
  partitions,
  run,
  type Outcome,
  type Program,
  type Values,
} from "@selfhosted/common/testing";
import * as path from "node:path";

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

export interface Trial extends Pick<Program, "preview" | "partition" | "calls" | "resource" | "stack"> {
  config?: Values;
  secrets?: Values;
  /** Changes to what the infrastructure layer says. */
  upstream?: Partial<InfrastructureOutputs>;
}

let plain: Promise<Outcome> | undefined;

/**
 * Runs the application layer with the settings that it needs and these. Without any it is the same every time, so all tests
 * share one run.
 */
export function deploy(trial?: Trial): Promise<Outcome> {
  return trial ? record(trial) : (plain ??= record({}));
}

function record({ config, secrets, upstream: changed, calls, ...rest }: Trial): Promise<Outcome> {
  const above = { ...infrastructureOutputs(rest.partition), ...changed };
  const { partition = "aws" } = rest;
  const { region } = partitions[partition];
  const secret: Values = { licenseKey: "licence.of.tests", agGridLicenseKey: "grid-licence-of-tests", ...secrets };
  return run({
    layer: "application",
    folder: path.dirname(__dirname),
    stacks: { "selfhosted-infrastructure": { ...above } },
    config: {
      imageTag: "20260101-1000-signed",
      domain: "pulumi.example.com",
      certificateArn: `arn:${partition}:acm:${region}:${accountId}:certificate/1`,
      ...secret,
      ...config,
    },
    secretKeys: Object.keys(secret),
    calls: { ...answers, ...calls },
    ...rest,
  });
}

const pem = (label: string, text: string): string => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----`;

/** An API whose containers speak TLS themselves. */
export function containerTls(certificate = "A"): Trial {
  return {
    config: { apiTlsCertificate: pem("CERTIFICATE", certificate) },
    secrets: { apiTlsPrivateKey: pem("PRIVATE KEY", certificate) },
  };
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
