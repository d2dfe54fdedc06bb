import { type Check, type HostedZone, ifKnown, lookUpAll, type LookUpArgs } from "@selfhosted/common";
import type { Inputs } from "../config";
import { lookUpAccess } from "./access";
import { bareDomainCertificate } from "./certificate";
import { healthChecks } from "./health-checks";
import { records } from "./records";
import { vpcs } from "./vpcs";
import { lookUpZone } from "./zone";

/**
 * Looks up in the account what the configuration names, and what conflicts with the layer's records. Read-only.
 *
 * @returns the zone where it is fit.
 */
export async function lookUpAccount(inputs: Inputs, args: LookUpArgs): Promise<{ checks: Check[]; zone?: HostedZone }> {
  const { config, upstream } = inputs;
  const installation = ifKnown(() => upstream.installation);
  if (installation === undefined) {
    return { checks: [] };
  }
  const access = await lookUpAccess(config, installation, args.aws);
  const zoneAws = access.value;
  if (zoneAws === undefined) {
    return { checks: [access] };
  }
  const [found, certificate] = await Promise.all([
    lookUpZone({ config, upstream, route53: zoneAws.route53 }),
    lookUpAll([bareDomainCertificate], inputs, args),
  ]);
  const zone = found.value;
  if (zone === undefined) {
    return { checks: [found, ...certificate] };
  }
  const inside = await lookUpAll([records, vpcs, healthChecks], { config, upstream, zone, zoneAws }, args);
  return {
    checks: [found, ...certificate, ...inside],
    ...(found.problems.every(({ severity }) => severity === "warning") && { zone }),
  };
}
