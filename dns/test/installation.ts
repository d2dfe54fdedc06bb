import {
  applicationContract,
  type ApplicationOutputs,
  type Check,
  type HostedZone,
  partlyKnown,
} from "@selfhosted/common";
import { exampleOutputs, layer, type Trial, withFakeAws } from "@selfhosted/common/testing";
import { readConfig } from "../config";
import { lookUpAccount } from "../lookups";

/** The public zone example.com of a healthy account. */
export const zoneId = "Z0PUBLICZONE";

export type DnsTrial = Trial<ApplicationOutputs>;

/** The dns layer with the zone `example.com`, below a deployed application layer. */
export const dns = layer<ApplicationOutputs>("dns", {
  config: () => ({ zoneName: "example.com" }),
  above: { layer: "application", outputs: (partition) => exampleOutputs(applicationContract, partition) },
});

/** The application layer above: its hosts are `api.` and `app.pulumi.example.com`. */
export const application = exampleOutputs(applicationContract);
export const { vpcId } = application;

/** The services of an application layer under another domain. */
export function servicesAt(domain: string): Pick<ApplicationOutputs, "api" | "console"> {
  const { api, console } = application;
  return { api: { ...api, domain: `api.${domain}` }, console: { ...console, domain: `app.${domain}` } };
}

/** What the layer finds in the account, without running its program. */
export function lookUp(trial: DnsTrial): Promise<{ checks: Check[]; zone?: HostedZone }> {
  const { inputs } = read(trial);
  return withFakeAws(trial.aws ?? {}, (aws) => lookUpAccount(inputs, { stack: "test", aws }), trial.partition);
}

/** The problems of configuration and account, without running the program: `severity key: reason → fix`. */
export async function problems(trial: DnsTrial): Promise<string[]> {
  const { checks } = await lookUp(trial);
  return [...read(trial).problems, ...checks.flatMap((check) => check.problems)].map(
    ({ severity = "error", key, reason, fix }) => `${severity} ${key}: ${reason} → ${fix}`,
  );
}

function read(trial: DnsTrial): ReturnType<typeof readConfig> {
  return readConfig(dns.found(trial), dns.above(trial) ?? partlyKnown<ApplicationOutputs>({}));
}
