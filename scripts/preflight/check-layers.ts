import {
  applicationContract,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Contract,
  contractProblems,
  type Found,
  ifKnown,
  infrastructureContract,
  type InfrastructureOutputs,
  type Layer,
  partlyKnown,
  projectOf,
  type Settings,
} from "@selfhosted/common";
import * as applicationLayer from "../../application/exports";
import * as dnsLayer from "../../dns/exports";
import * as infrastructureLayer from "../../infrastructure/exports";
import { fits } from "../layers";
import type { CheckResult } from "../report";

type Outputs = Record<string, unknown>;

/** A stack that a setting names in place of the environment's own. */
export interface NamedStack {
  name: string;
  /** Undefined where there is no such stack. */
  outputs?: Outputs | undefined;
  /** Why it could not be read. */
  unread?: string;
}

/** What there is besides the configuration. */
export interface Existing {
  /** Name of the layers' stacks. */
  stack: string;
  /** Outputs of these stacks, of any release; undefined before the first deployment. */
  deployed: { infrastructure?: Outputs; application?: Outputs };
  /** The stacks of `infrastructureStack` and `applicationStack`, where those name others. */
  named?: { infrastructure?: NamedStack; application?: NamedStack };
  aws: (region: string) => AwsClients;
  /** Whether the account's role for OpenSearch is made before a deployment that needs it. */
  makesSearchRole: boolean;
}

/**
 * Checks the configuration of the three layers, and what it names in the account, with the rules and look-ups with which each layer
 * refuses to be deployed. Before the first deployment a layer is checked against what the one above it would give. Read-only.
 */
export async function checkLayers(found: Record<Layer, Found>, existing: Existing): Promise<CheckResult[]> {
  const { stack, deployed, named = {} } = existing;
  const { installation } = (deployed.infrastructure ?? {}) as Partial<InfrastructureOutputs>;

  const infrastructure = infrastructureLayer.readConfig(found.infrastructure);
  const region = ifKnown(() => infrastructure.config["aws:region"]);
  const aws = region === undefined ? undefined : existing.aws(region);
  const account = await infrastructureLayer.lookUpAccount(infrastructure.config, {
    ...{ stack, aws, makesSearchRole: existing.makesSearchRole },
    // Of any release: name, account and region stay those of the first deployment.
    ...(installation && { deployed: installation }),
  });

  const planned = infrastructureLayer.plannedOutputs(infrastructure.config, { ...account, stack });
  const above = upstreamOf(infrastructureContract, planned, deployed.infrastructure, named.infrastructure);
  const application = applicationLayer.readConfig(found.application, above.outputs);

  const plannedServices = applicationLayer.plannedOutputs(application.inputs);
  const between = upstreamOf(applicationContract, plannedServices, deployed.application, named.application);
  const dns = dnsLayer.readConfig(found.dns, between.outputs);

  // With credentials of another account, or none, that one problem is enough.
  const [{ checks: applicationChecks }, { checks: dnsChecks }] =
    aws !== undefined && account.location !== undefined
      ? await Promise.all([
          applicationLayer.lookUpAccount(application.inputs, { stack, aws }),
          dnsLayer.lookUpAccount(dns.inputs, { stack, aws }),
        ])
      : [{ checks: [] }, { checks: [] }];

  return [
    ...resultsOf("infrastructure", found, infrastructure.problems, account.checks),
    ...resultsOf("application", found, [...application.problems, ...above.problems], applicationChecks),
    ...resultsOf("dns", found, [...dns.problems, ...between.problems], dnsChecks),
  ];
}

/** The outputs that a layer will read: those that the layer above would give as it is configured now, over the deployed ones. */
function upstreamOf<T extends object>(
  contract: Contract<T>,
  planned: T,
  deployed: Outputs | undefined,
  named: NamedStack | undefined,
): { outputs: T; problems: ConfigProblem[] } {
  if (named === undefined) {
    return { outputs: fits(contract, deployed) ? over(deployed, planned) : planned, problems: [] };
  }
  const { name, outputs, unread } = named;
  const problems =
    unread === undefined
      ? contractProblems(contract, name, outputs)
      : [{ key: `${contract.layer}Stack`, reason: `stack ${name} can't be read: ${unread}` }];
  return { outputs: partlyKnown<T>(fits(contract, outputs) ? outputs : {}), problems };
}

/** What is known of an object, over another; so with the objects in it. */
function over<T extends object>(before: T, now: Partial<T>): T {
  const entries = Object.entries(now).map(([key, value]: [string, unknown]) => {
    const old = before[key as keyof T];
    return [key, isObject(value) && isObject(old) ? over(old, value) : value];
  });
  return { ...before, ...(Object.fromEntries(entries) as Partial<T>) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Each problem once, then what was found fit or could not be checked. */
function resultsOf(
  layer: Layer,
  found: Record<Layer, Found>,
  configured: ConfigProblem[],
  checks: Check[],
): CheckResult[] {
  const problems = [
    ...configured.map((problem) => ofItsLayer(layer, found[layer], problem)),
    ...checks.flatMap((check) => check.problems),
  ];
  const different = problems.filter(
    (problem, index) =>
      problems.findIndex((each) => each.key === problem.key && each.reason === problem.reason) === index,
  );
  const settings = Object.keys(found[layer]).length;
  const areFit = configured.every(({ severity }) => severity === "warning");
  return [
    ...(areFit ? [{ layer, name: "configuration", verdict: "ok" as const, detail: `${settings} settings` }] : []),
    ...different.map(({ key, reason, fix, severity }): CheckResult => {
      const verdict = severity === "warning" ? "warn" : "fail";
      return { layer, key, name: key, verdict, detail: reason, fix: `in ${layer}/: ${fix ?? another(layer, key)}` };
    }),
    ...checks
      .filter(({ problems: own, detail, skipped }) => own.length === 0 && detail !== "" && skipped === undefined)
      .map(({ name, detail }): CheckResult => ({ layer, name, verdict: "ok", detail })),
    ...notChecked(layer, checks),
  ];
}

const tables: Record<Layer, Settings> = {
  infrastructure: infrastructureLayer.settings,
  application: applicationLayer.settings,
  dns: dnsLayer.settings,
};

/** The command that sets another value, where the reason says all about which one. Pulumi asks for that of a secret. */
function another(layer: Layer, key: string): string {
  return tables[layer][key]?.secret ? `pulumi config set --secret ${key}` : `pulumi config set ${key} …`;
}

/** A problem of a key that is configured in one layer and is a setting of another: a layer by itself knows its own only. */
function ofItsLayer(layer: Layer, found: Found, problem: ConfigProblem): ConfigProblem {
  const { key } = problem;
  const owner = (["infrastructure", "application", "dns"] as const).find((each) => Object.hasOwn(tables[each], key));
  const isSet = Object.hasOwn(found, `${projectOf(layer)}:${key}`);
  return owner === undefined || !isSet || Object.hasOwn(tables[layer], key)
    ? problem
    : { key, reason: `is a setting of ${owner}/`, fix: `pulumi config rm ${key}, and set it in ${owner}/` };
}

/** What could not be checked, by the reason. */
function notChecked(layer: Layer, checks: Check[]): CheckResult[] {
  const reasons = [...new Set(checks.flatMap(({ skipped }) => skipped ?? []))];
  return reasons.map((reason) => {
    const names = checks.filter(({ skipped }) => skipped === reason).map(({ name }) => name);
    return { layer, name: "not checked", verdict: "skip", detail: `${names.join(", ")}: ${reason}` };
  });
}
