import { physicalName } from "@selfhosted/common";

/** Identifier of the cluster, by the logical name of the component. */
export function clusterIdentifier(name: string): string {
  return physicalName("databaseIdentifier", `${name}-cluster`);
}

/** The log group that RDS exports a log of the cluster to. */
export function logGroupName(cluster: string, log: string): string {
  return `/aws/rds/cluster/${cluster}/${log}`;
}
