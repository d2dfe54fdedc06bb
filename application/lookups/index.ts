import {
  type Check,
  describeRouteTables,
  ifKnown,
  type Installation,
  type Location,
  type LookUp,
  lookUp,
  lookUpAll,
  type LookUpArgs,
  lookUpCaller,
  once,
  partlyKnown,
  type RouteTable,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";
import { runningNames } from "../service/names";
import { type RunningServices, runningServices } from "../service/running-services";
import { certificate, certificateZone } from "./certificate";
import { natAddresses, routeToApi } from "./console-calls";
import { images } from "./images";
import { loadBalancers } from "./load-balancers";
import { insightsLogGroup, logRouterPolicy } from "./logs";
import { prefixLists } from "./prefix-lists";
import { firstUser, release } from "./release";
import { databaseUser, registryCredentials } from "./secrets";
import { auditLogsTable, registryPrivateBucket, registryPublicBucket } from "./stores";

/** What the program takes from the account. */
interface Account {
  location: Location;
  /** What runs when the deployment begins. */
  running: RunningServices;
}

type LookUpsArgs = RuleArgs & Account & { routeTables: () => Promise<RouteTable[]> };

const lookUps: LookUp<LookUpsArgs>[] = [
  release,
  firstUser,
  images,
  registryCredentials,
  databaseUser,
  certificate,
  certificateZone,
  loadBalancers,
  prefixLists,
  natAddresses,
  routeToApi,
  insightsLogGroup,
  registryPublicBucket,
  registryPrivateBucket,
  auditLogsTable,
  logRouterPolicy,
];

/**
 * Looks up in the account what the configuration names, and what would conflict with the layer's resources. Read-only.
 *
 * @returns account where all of it is known.
 */
export async function lookUpAccount(
  { config, upstream }: RuleArgs,
  args: LookUpArgs,
): Promise<{ checks: Check[]; account?: Account }> {
  const installation = ifKnown(() => upstream.installation);
  if (installation === undefined) {
    return { checks: [] };
  }
  const caller = await lookUpCaller("infrastructureStack", () => installation, args.aws);
  const location = caller.value;
  if (location === undefined) {
    return { checks: [caller] };
  }
  const services = await lookUpServices(installation, args);
  const running = services.value;
  const routeTables = once(() => describeRouteTables(args.aws.ec2, upstream.network.vpcId));
  const checks = await lookUpAll(
    lookUps,
    partlyKnown<LookUpsArgs>({ config, upstream, location, routeTables, ...(running && { running }) }),
    args,
  );
  return running ? { checks, account: { location, running } } : { checks: [services, ...checks] };
}

/** What runs: a service is never taken for a new one because ECS can't be asked. */
function lookUpServices(installation: Installation, { stack, aws }: LookUpArgs): Promise<Check<RunningServices>> {
  return lookUp({ name: "running services", key: "infrastructureStack", what: "the running services" }, async () => ({
    value: await runningServices(aws.ecs, runningNames(installation.name, stack)),
  }));
}
