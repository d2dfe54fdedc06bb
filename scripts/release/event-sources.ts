import type { InfrastructureOutputs } from "@selfhosted/common";
import type { EventSources } from "../aws/events";
import type { States } from "../pulumi/stacks";
import { stateOf } from "./pulumi-state";

/**
 * Whose events are asked for, and where: by the state, which has what a failed first deployment made.
 *
 * @throws Error where nothing is deployed.
 */
export function eventSourcesOf(
  { infrastructure, application }: States,
  env: string,
): EventSources & { region: string } {
  const { database, installation }: Partial<InfrastructureOutputs> = infrastructure.outputs ?? {};
  if (installation === undefined) {
    throw new Error(`${env} isn't deployed. To deploy it: make deploy ENV=${env}`);
  }
  const cluster = application.resources.find(({ type }) => type === "aws:ecs/cluster:Cluster")?.outputs?.["arn"];
  return {
    region: installation.region,
    cluster: cluster as string | undefined,
    services: stateOf(application).services,
    database: database?.clusterIdentifier,
  };
}
