import {
  type ApplicationOutputs,
  infrastructureContract,
  type InfrastructureOutputs,
  type Installation,
  partlyKnown,
} from "@selfhosted/common";
import {
  accountId,
  exampleOutput,
  exampleOutputs,
  layer,
  licenceOfTests,
  partitions,
  rsaPair,
  type Trial as TrialOf,
  type Values,
} from "@selfhosted/common/testing";
import { readConfig } from "../config";

export type Trial = TrialOf<InfrastructureOutputs>;

interface Filter {
  values: string[];
}

/** Load balancers for everyone, where no list says who may call them. */
function open({ allowedCidrBlocks, allowedPrefixListIds }: Values): Values {
  return (allowedCidrBlocks ?? allowedPrefixListIds) === undefined ? { openToInternet: true } : {};
}

/** The application layer with the settings that it needs. */
export const application = layer<InfrastructureOutputs, ApplicationOutputs>("application", {
  config: (partition, own) => ({
    ...open(own),
    imageTag: "20260101-1000-signed",
    domain: "pulumi.example.com",
    certificateArn: `arn:${partition}:acm:${partitions[partition].region}:${accountId}:certificate/1`,
  }),
  secrets: { licenseKey: licenceOfTests, agGridLicenseKey: "grid-licence-of-tests" },
  above: {
    layer: "infrastructure",
    outputs: (partition) => ({
      ...exampleOutputs(infrastructureContract, partition),
      // On by default.
      alarms: exampleOutput(infrastructureContract, "alarms", partition),
    }),
  },
  calls: {
    "aws:ec2/getPrefixList:getPrefixList": ({ filters }) => ({ id: `pl-of-${(filters as Filter[])[0]?.values[0]}` }),
  },
});

export const { run: deploy, refusal } = application;

/** What the infrastructure layer gives where a trial doesn't change it. */
export const infrastructure = exampleOutputs(infrastructureContract);

export const alarms = exampleOutput(infrastructureContract, "alarms");

export const search = exampleOutput(infrastructureContract, "search");

/** What the infrastructure layer gives of an installation with these facts. */
export function installation(changes: Partial<Installation>): Partial<InfrastructureOutputs> {
  return { installation: { ...infrastructure.installation, ...changes } };
}

/** Reads the layer's configuration as its program does, without running it. */
export function read(trial: Trial = {}): ReturnType<typeof readConfig> {
  return readConfig(application.found(trial), application.above(trial) ?? partlyKnown<InfrastructureOutputs>({}));
}

/** What is wrong with the layer's configuration, as a user reads it: `key: reason`, and a line for the fix. */
export function refusals(trial: Trial): string {
  return read(trial)
    .problems.filter(({ severity }) => severity !== "warning")
    .map(({ key, reason, fix }) => `${key}: ${reason}${fix ? `\n  fix: ${fix}` : ""}`)
    .join("\n");
}

/** An API whose containers speak TLS themselves. */
export function containerTls({ certificate, privateKey } = rsaPair): Trial {
  return { config: { apiTlsCertificate: certificate }, secrets: { apiTlsPrivateKey: privateKey } };
}

/** Settings with which logs go through Fluent Bit, to an HTTP server unless these are its options. */
export function logRouter(options: Values = { Name: "http", Host: "logs.example.com" }): Values {
  return { logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions: options };
}

/** ARN of a secret with the credentials of a registry. */
export function registrySecretArn(region = "eu-central-1"): string {
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:registry-AbCdEf`;
}
