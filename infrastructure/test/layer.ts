import type { Found, InfrastructureOutputs } from "@selfhosted/common";
import { layer, type Partition, subnetIds, type Trial, type Values, vpcId } from "@selfhosted/common/testing";

/** The infrastructure layer in an account that holds what it needs, with the settings that have no default. */
export const infrastructure = layer<never, InfrastructureOutputs>("infrastructure", {
  stack: "prod",
  config: () => ({
    vpcId,
    publicSubnetIds: subnetIds.public,
    privateSubnetIds: subnetIds.private,
    isolatedSubnetIds: subnetIds.isolated,
    serviceKeyId: "alias/service",
  }),
});

export const { run: runLayer, refusal } = infrastructure;

/** How to run the layer. */
export type LayerArgs = Trial<never>;
/** What a run of the layer gives. */
export type Outcome = Awaited<ReturnType<typeof runLayer>>;

/** Runs the layer with these settings over the required ones; `undefined` leaves one out. */
export const runWith = (config: Values): Promise<Outcome> => runLayer({ config });

/** The configuration of a stack with these settings over the required ones, as `readConfig` takes it. */
export const foundWith = (config: Values, partition?: Partition): Found => infrastructure.found({ config, partition });
