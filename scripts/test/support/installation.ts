import { join } from "node:path";
import {
  answerCalls,
  type AwsClients,
  awsClients,
  type Found,
  type Layer,
  projectOf,
  type Settings,
} from "@selfhosted/common";
import {
  accountId,
  type AwsAnswers,
  fakeAws,
  licenceOfTests,
  type Outcome,
  run,
  subnetIds,
  type Values,
  vpcId,
} from "@selfhosted/common/testing";
import { settings as application } from "../../../application/exports";
import { settings as dns } from "../../../dns/exports";
import { settings as infrastructure } from "../../../infrastructure/exports";
import { checkAccount } from "../../preflight/check-account";
import { checkLayers, type Existing, type NamedStack } from "../../preflight/check-layers";
import { planOf } from "../../preflight/plan";
import type { StateResource } from "../../pulumi/stacks";
import type { CheckResult } from "../../report";
import { repository } from "../../repository";

export const stack = "prod";
const settings: Record<Layer, Settings> = { infrastructure, application, dns };

/** What a user would configure in the account that `fakeAws` answers for. */
export const good: Record<Layer, Values> = {
  infrastructure: {
    "aws:region": "eu-central-1",
    vpcId,
    publicSubnetIds: subnetIds.public,
    privateSubnetIds: subnetIds.private,
    isolatedSubnetIds: subnetIds.isolated,
    serviceKeyId: "alias/service",
  },
  application: {
    domain: "pulumi.example.com",
    imageTag: "20260105-317-signed",
    certificateArn: `arn:aws:acm:eu-central-1:${accountId}:certificate/1`,
    licenseKey: licenceOfTests,
    openToInternet: true,
  },
  dns: { zoneName: "example.com" },
};

/** Changes to the good configuration, by layer; what is undefined is left out. */
export type Changes = Partial<Record<Layer, Values>>;

/** A good configuration with these changes, as Pulumi gives it. Secrets are encrypted, but for those in clear. */
export function configured(changes: Changes = {}, inClear: string[] = []): Record<Layer, Found> {
  const found = (layer: Layer): Found =>
    Object.fromEntries(
      Object.entries({ ...good[layer], ...changes[layer] })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [
          key.includes(":") ? key : `${projectOf(layer)}:${key}`,
          { text: textOf(value), encrypted: isSecret(layer, key) && !inClear.includes(key) },
        ]),
    );
  return { infrastructure: found("infrastructure"), application: found("application"), dns: found("dns") };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isSecret(layer: Layer, key: string): boolean {
  return settings[layer][key]?.secret ?? false;
}

/** The results of preflight in an account that answers so. */
export async function results(
  found: Record<Layer, Found>,
  aws: Partial<AwsAnswers> = {},
  existing: Partial<Existing> = {},
): Promise<CheckResult[]> {
  const clients = (region: string): AwsClients => awsClients({ region });
  answerCalls(fakeAws(aws));
  try {
    return await checkLayers(found, { stack, deployed: {}, aws: clients, makesSearchRole: false, ...existing });
  } finally {
    answerCalls(undefined);
  }
}

/** The results of preflight's checks of what such an account has left, and lets its caller do. */
export async function accountResults(
  found: Record<Layer, Found>,
  aws: Partial<AwsAnswers> = {},
  resources: StateResource[] = [],
): Promise<CheckResult[]> {
  answerCalls(fakeAws(aws));
  try {
    return await checkAccount(planOf(found, { stack, resources }), (region) => awsClients({ region }));
  } finally {
    answerCalls(undefined);
  }
}

export interface Deployment {
  aws?: Partial<AwsAnswers>;
  /** Secrets that are stored in clear. */
  inClear?: string[];
  /** Changes to the layers above. */
  others?: Changes;
  /** Stacks that settings name in place of the environment's own. */
  named?: Existing["named"];
  /** The layer was deployed before, with the good configuration. */
  isDeployed?: boolean;
}

/** Runs a layer's program with the good configuration and these changes, on what the layers above gave. */
export async function deploy(
  layer: Layer,
  changes: Values = {},
  { aws, inClear = [], others = {}, named = {}, isDeployed = false }: Deployment = {},
): Promise<Outcome> {
  const config = { ...good[layer], ...changes };
  const other = Object.values(named).map(({ name, outputs }: NamedStack) => [name, outputs] as const);
  return run({
    layer,
    folder: join(repository, layer),
    stack,
    stacks: {
      ...(await above(layer, others)),
      ...Object.fromEntries(other),
      ...(isDeployed ? await before(layer) : {}),
    },
    config,
    secretKeys: Object.keys(config).filter((key) => isSecret(layer, key) && !inClear.includes(key)),
    aws,
    calls: { "aws:ec2/getPrefixList:getPrefixList": () => ({ id: "pl-of-a-service" }) },
  });
}

/** The layer's own stack. */
async function before(layer: Layer): Promise<Record<string, Values>> {
  return layer === "dns" ? {} : { [`organization/${projectOf(layer)}/${stack}`]: await outputsOf(layer) };
}

const outputs = new Map<Layer, Promise<Values>>();

/** The outputs of a layer as it is deployed with the good configuration, or with changes to it and to those above. */
export function outputsOf(layer: "infrastructure" | "application", changes?: Changes): Promise<Values> {
  const known = (changes === undefined ? outputs.get(layer) : undefined) ?? deployedWith(layer, changes);
  if (changes === undefined) {
    outputs.set(layer, known);
  }
  return known;
}

async function deployedWith(layer: Layer, changes: Changes = {}): Promise<Values> {
  return (await deploy(layer, changes[layer], { others: changes })).outputs;
}

async function above(layer: Layer, changes: Changes): Promise<Record<string, Values>> {
  const changed = Object.keys(changes).length > 0 ? changes : undefined;
  switch (layer) {
    case "infrastructure":
      return {};
    case "application":
      return { "selfhosted-infrastructure": await outputsOf("infrastructure", changed) };
    case "dns":
      return { "selfhosted-application": await outputsOf("application", changed) };
  }
}

/** What is there after the good configuration was deployed. */
export async function deployedOutputs(): Promise<Existing["deployed"]> {
  return { infrastructure: await outputsOf("infrastructure"), application: await outputsOf("application") };
}
