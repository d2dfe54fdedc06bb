import {
  parse,
  projectOf,
  type ConfigOf,
  type ConfigProblem,
  type FoundValue,
  type InfrastructureOutputs,
  type Layer,
  type Settings,
} from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import { problemsOf } from "../../../application/rules";
import { settings as applicationSettings, type ApplicationConfig } from "../../../application/settings";
import { rules as dnsRules, settings as dnsSettings, type Config as DnsConfig } from "../../../dns/config";
import {
  rules as infrastructureRules,
  settings as infrastructureSettings,
  type Config as InfrastructureConfig,
} from "../../../infrastructure/config";
import { mustPulumi } from "../pulumi";
import type { Finding } from "../report";

/** The configuration of the three layers. A value that is missing or not allowed is undefined. */
export interface Configuration {
  region: string | undefined;
  infrastructure: Partial<InfrastructureConfig>;
  application: Partial<ApplicationConfig>;
  dns: Partial<DnsConfig>;
}

/** What stands in `Pulumi.<stack>.yaml` of a layer, by full key such as `selfhosted-dns:zoneId`. */
export type Found = Record<string, FoundValue>;

/** Reads the configuration of a layer, secrets included: they are judged too, and never shown. */
export async function readFound(layer: Layer, env: string): Promise<Found> {
  const text = await mustPulumi(layer, ["config", "--json", "--show-secrets", "--stack", env]);
  const entries = Object.entries(JSON.parse(text) as Record<string, { value?: string; secret?: boolean }>);
  return Object.fromEntries(
    entries.map(([key, { value = "", secret = false }]) => [key, { text: value, encrypted: secret }]),
  );
}

/**
 * Judges the configuration of all layers by the rules with which the layers themselves refuse it.
 *
 * @param upstream outputs of the infrastructure layer; before it is deployed the rules that need them are left to the layer.
 */
export function judgeConfiguration(
  found: Record<Layer, Found>,
  upstream: InfrastructureOutputs | undefined,
): { configuration: Configuration; findings: Finding[] } {
  const infrastructure = judge("infrastructure", infrastructureSettings, found, (config) =>
    infrastructureRules.flatMap((rule) => rule(config)),
  );
  const application = judge("application", applicationSettings, found, (config) => problemsOf({ config, upstream }));
  const dns = judge("dns", dnsSettings, found, (config) => dnsRules.flatMap((rule) => rule(config)));
  return {
    configuration: {
      region: found.infrastructure["aws:region"]?.text,
      infrastructure: infrastructure.config,
      application: application.config,
      dns: dns.config,
    },
    findings: [...infrastructure.findings, ...application.findings, ...dns.findings],
  };
}

function judge<S extends Settings>(
  layer: Layer,
  settings: S,
  found: Record<Layer, Found>,
  rules: (config: ConfigOf<S>) => ConfigProblem[],
): { config: Partial<ConfigOf<S>>; findings: Finding[] } {
  useConfig(found[layer]);
  const prefix = `${projectOf(layer)}:`;
  const own = Object.entries(found[layer])
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value] as const);
  const { values, problems } = parse(settings, Object.fromEntries(own));
  const all = problems.length > 0 ? problems : rules(values as ConfigOf<S>);
  return {
    config: values as Partial<ConfigOf<S>>,
    findings:
      all.length > 0
        ? all.map((problem) => asFinding(layer, problem))
        : [{ name: `configuration of ${layer}`, verdict: "ok", evidence: `${own.length} settings` }],
  };
}

/** Some rules look at keys of others, such as `aws:region`, in the way that programs do. */
function useConfig(found: Found): void {
  const entries = Object.entries(found);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries.map(([key, { text }]) => [key, text])),
    entries.filter(([, { encrypted }]) => encrypted).map(([key]) => key),
  );
}

/** A problem that a layer would refuse to deploy with. */
export function asFinding(layer: Layer, { key, reason, fix }: ConfigProblem): Finding {
  return {
    name: `${layer} ${key}`,
    verdict: "fail",
    evidence: reason,
    remedy: `in ${layer}/: ${fix ?? `pulumi config set ${key} <value>`}`,
  };
}
