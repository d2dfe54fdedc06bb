import type { DBCluster } from "@aws-sdk/client-rds";
import { allPages, type AwsClients, type Check, lookUp } from "@selfhosted/common";

/** The databases of the region. */
export interface Clusters {
  /** The installation's own; undefined before there is one. */
  own: DBCluster | undefined;
}

/** All clusters of the region, once for all that need them: a question for one that isn't there is an error. */
export function lookUpClusters({ rds }: AwsClients, identifier: () => string): Promise<Check<Clusters>> {
  return lookUp({ name: "database", key: "databaseUsername", what: "the list of database clusters" }, async () => {
    const wanted = identifier();
    const all = await allPages(async (Marker) => {
      const page = await rds.describeDBClusters({ Marker });
      return { items: page.DBClusters, next: page.Marker };
    });
    const own = all.find(({ DBClusterIdentifier: id }) => id === wanted);
    return {
      detail: own ? `${wanted} exists, ${own.EngineVersion}` : `${wanted} is to be made`,
      value: { own },
    };
  });
}

/** An instance of the cluster. */
export interface ExistingInstance {
  identifier: string;
  instanceClass: string;
  zone: string;
}

export async function describeInstances({ rds }: AwsClients, cluster: string): Promise<ExistingInstance[]> {
  const found = await allPages(async (Marker) => {
    const page = await rds.describeDBInstances({ Filters: [{ Name: "db-cluster-id", Values: [cluster] }], Marker });
    return { items: page.DBInstances, next: page.Marker };
  });
  return found.map(
    ({ DBInstanceIdentifier: identifier = "", DBInstanceClass: instanceClass = "", AvailabilityZone }) => ({
      identifier,
      instanceClass,
      zone: AvailabilityZone ?? "",
    }),
  );
}
