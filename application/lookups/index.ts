import {
  ifKnown,
  lookUp,
  lookUpAll,
  lookUpCaller,
  once,
  partlyKnown,
  type Check,
  type LookUp,
  type LookUpArgs,
} from "@selfhosted/common";
import type { Inputs } from "../config";
import { runningNames } from "../names";
import { runningServices, type RunningServices } from "../running-service";
import { certificate, certificateZone } from "./certificate";
import { natAddresses, prefixLists, routesIn, wayToApi } from "./clients";
import type { Facts, LookUpInputs } from "./facts";
import { images } from "./images";
import { loadBalancers } from "./load-balancers";
import { insightsLogGroup } from "./log-groups";
import { logRouterPolicy, registryCredentials } from "./named";
import { firstUser, release } from "./release";
import { auditLogsTable, registryPrivateBucket, registryPublicBucket } from "./stores";

const lookUps: LookUp<LookUpInputs>[] = [
  release,
  firstUser,
  images,
  registryCredentials,
  certificate,
  certificateZone,
  loadBalancers,
  prefixLists,
  natAddresses,
  wayToApi,
  insightsLogGroup,
  registryPublicBucket,
  registryPrivateBucket,
  auditLogsTable,
  logRouterPolicy,
];

/**
 * Looks up in the account what the configuration names, and what would be in the way of the layer's resources. Read-only.
 *
 * @returns facts where all of them are known.
 */
export async function lookUpAccount(inputs: Inputs, args: LookUpArgs): Promise<{ checks: Check[]; facts?: Facts }> {
  if (ifKnown(() => inputs.upstream.installation) === undefined) {
    return { checks: [] };
  }
  const caller = await lookUpCaller("infrastructureStack", () => inputs.upstream.installation, args.aws);
  const where = caller.value;
  if (where === undefined) {
    return { checks: [caller] };
  }
  const services = await lookUpServices(inputs, args);
  const running = services.value;
  const routes = once(() => routesIn(args.aws.ec2, inputs.upstream.network.vpcId));
  const checks = await lookUpAll(
    lookUps,
    partlyKnown<LookUpInputs>({ ...inputs, where, routes, ...(running && { running }) }),
    args,
  );
  return running ? { checks, facts: { where, running } } : { checks: [services, ...checks] };
}

/** What runs: a service is never taken for a new one because ECS can't be asked. */
function lookUpServices(
  { upstream: { installation } }: Inputs,
  { stack, aws }: LookUpArgs,
): Promise<Check<RunningServices>> {
  return lookUp(
    "running services",
    "infrastructureStack",
    () => "the running services",
    async () => ({ evidence: "", value: await runningServices(aws.ecs, runningNames(installation.name, stack)) }),
  );
}
