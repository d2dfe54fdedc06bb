import { physicalName } from "@selfhosted/common";
import { DatabaseConfig } from "./config/database";

/** Identifier of the cluster, by the logical name of the component. */
export function clusterIdentifier(name: string): string {
  return physicalName("databaseIdentifier", `${name}-cluster`);
}

/** Identifiers of the instances, in the order in which they were made. */
export function instanceIdentifiers(
  name: string,
  { databaseInstanceCount: count }: Pick<DatabaseConfig, "databaseInstanceCount">,
): string[] {
  return Array.from({ length: count }, (_, index) =>
    physicalName("databaseIdentifier", `${name}-instance-${index + 1}`),
  );
}

/** The log group that RDS exports a log of the cluster to. */
export function logGroupName(cluster: string, log: string): string {
  return `/aws/rds/cluster/${cluster}/${log}`;
}
