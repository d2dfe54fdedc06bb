import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Location,
  lookUp,
  problemIf,
  resultOf,
  type Tags,
} from "@selfhosted/common";
import type { WantedEndpoint } from "../../../network/endpoints";
import type { Network } from "../../../network/network";
import { existingEndpoints, unserved } from "./existing";
import { lookUpGroups } from "./groups";
import { notOffered, offersOf, wantedEndpoint } from "./offers";
import { declareElsewhere, type EndpointConfig, neededServices } from "./services";

export interface EndpointsQuery {
  location: Location;
  network: Promise<Check<Network>>;
  /** Tags of this layer's own resources. */
  tags: () => Tags;
}

/**
 * The endpoints to make: all that are needed but those of others in the VPC. Where none are to be made, though private subnets have no
 * route out, those that lack are a problem; so are those of others that don't serve such subnets. Two things are warnings: what doesn't
 * serve subnets that have another route out, and what the security groups of others don't admit, as their rules may name what can't be
 * looked up.
 */
export function lookUpEndpoints(
  config: EndpointConfig,
  { ec2 }: AwsClients,
  { location: { accountId, region }, tags, ...query }: EndpointsQuery,
): Promise<Check<WantedEndpoint[]>> {
  return lookUp({ name: "VPC endpoints", key: "endpointsEnabled", what: "the endpoints of the VPC" }, async () => {
    const network = await resultOf(query.network);
    const services = neededServices(config, network);
    if (services.length === 0) {
      return { detail: "none are needed", problems: elsewhereInVain(config, network), value: [] };
    }
    const found = await existingEndpoints(ec2, services, network.vpcId, region, tags);
    const lacking = found
      .filter(({ existing }) => existing === "own" || existing === "none")
      .map(({ service }) => service);
    const offers = await offersOf(ec2, lacking, region);
    const foreign = found.flatMap((each) => each.foreign);
    const groups = await lookUpGroups(ec2, foreign, network.privateCidrBlocks);
    return {
      detail: `${foreign.length} of others serve the VPC, ${lacking.length} to make`,
      problems: [
        ...trustsItself(config, accountId),
        ...unserved(config, found, network),
        ...(config.endpointsEnabled ? notOffered(config, lacking, offers, region) : missing(config, lacking, network)),
        ...groups.problems,
      ],
      skipped: groups.skipped,
      value: lacking.flatMap((service) => {
        const offer = offers.get(service);
        return offer ? [wantedEndpoint(service, offer, network)] : [];
      }),
    };
  });
}

/** Endpoints are only made or checked where they are asked for, or where private subnets have no route out. */
function elsewhereInVain(config: EndpointConfig, { closedSubnetIds }: Network): ConfigProblem[] {
  const key = "endpointsElsewhere";
  return problemIf(config[key].length > 0 && !config.endpointsEnabled && closedSubnetIds.length === 0, {
    key,
    reason: "has no effect: endpointsEnabled is off, and all private subnets have a route out of the VPC",
    fix: `pulumi config rm ${key}`,
    severity: "warning",
  });
}

function trustsItself(config: EndpointConfig, accountId: string): ConfigProblem[] {
  const key = "endpointsTrustedAccountIds";
  const reason = `found ${accountId}, the installation's own account, which the endpoints serve anyway`;
  // Where the configuration names the account, a rule says so.
  return problemIf(config.endpointsEnabled && config.accountId === undefined && config[key].includes(accountId), {
    key,
    reason,
  });
}

/** Endpoints that lack, and which the settings don't ask to make. */
function missing(config: EndpointConfig, services: string[], { vpcId, closedSubnetIds }: Network): ConfigProblem[] {
  return problemIf(services.length > 0, {
    key: "endpointsEnabled",
    reason:
      `found false, but ${closedSubnetIds.join(", ")} have no route out of ${vpcId}, ` +
      `which lacks endpoints for ${services.join(", ")}`,
    fix:
      "pulumi config set endpointsEnabled true; or, where the subnets reach AWS in a way that their route tables don't show: " +
      declareElsewhere(config, services),
  });
}
