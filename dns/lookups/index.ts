import {
  assumingRole,
  explainAws,
  ifKnown,
  lookUp,
  lookUpAll,
  lookUpCaller,
  type AwsClients,
  type Check,
  type HostedZone,
  type LookUpArgs,
} from "@selfhosted/common";
import type { Inputs } from "../config";
import { bareDomainCertificate } from "./certificate";
import { healthChecks } from "./health-checks";
import { records } from "./records";
import { vpcs } from "./vpcs";
import { lookUpZone } from "./zone";

/** What the look-ups inside of a zone need. */
export interface ZoneInputs extends Inputs {
  zone: HostedZone;
  /** Clients that see the zone: as the role that the configuration names, where it names one. */
  zoneAws: AwsClients;
}

/**
 * Looks up in the account what the configuration names, and what would be in the way of the layer's records. Read-only.
 *
 * @returns the zone where it is fit.
 */
export async function lookUpAccount(inputs: Inputs, args: LookUpArgs): Promise<{ checks: Check[]; zone?: HostedZone }> {
  if (ifKnown(() => inputs.upstream.installation) === undefined) {
    return { checks: [] };
  }
  const entry = await enter(inputs, args.aws);
  if (entry.value === undefined) {
    return { checks: [entry] };
  }
  const zoneAws = entry.value;
  const [found, certificate] = await Promise.all([
    lookUpZone(inputs, zoneAws.route53),
    lookUpAll([bareDomainCertificate], inputs, args),
  ]);
  if (found.value === undefined) {
    return { checks: [found, ...certificate] };
  }
  const zone = found.value;
  const inside = await lookUpAll([records, vpcs, healthChecks], { ...inputs, zone, zoneAws }, args);
  return { checks: [found, ...certificate, ...inside], ...(found.problems.every(isWarning) && { zone }) };
}

function isWarning({ severity }: { severity?: string }): boolean {
  return severity === "warning";
}

/** Clients that see the zone: in the installation's account, or as the role in another. */
async function enter({ config, upstream: { installation } }: Inputs, aws: AwsClients): Promise<Check<AwsClients>> {
  const { region } = installation;
  const role = ifKnown(() => ({ arn: config.assumeRoleArn }));
  if (role?.arn === undefined) {
    const caller = await lookUpCaller("applicationStack", () => installation, aws);
    return { ...caller, value: role !== undefined && caller.problems.length === 0 ? aws : undefined };
  }
  const { arn } = role;
  return lookUp(
    "role",
    "assumeRoleArn",
    () => `role ${arn}`,
    async () => {
      try {
        return { evidence: arn, value: await assumingRole(aws, region, arn) };
      } catch (error) {
        const { reason, fix } = explainAws(error, `role ${arn}`);
        const isRefused = error instanceof Error && /AccessDenied/.test(error.name);
        return {
          evidence: "",
          problems: [
            isRefused
              ? {
                  key: "assumeRoleArn",
                  reason: `role ${arn} can't be assumed: it doesn't exist, doesn't trust these credentials, or they may not call sts:AssumeRole on it`,
                  fix: "have the role's owner name the caller in its trust policy, and allow the caller sts:AssumeRole on the role",
                }
              : { key: "assumeRoleArn", reason, fix },
          ],
        };
      }
    },
  );
}
