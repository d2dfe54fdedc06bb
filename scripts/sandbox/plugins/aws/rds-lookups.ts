import {
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  paginateDescribeOrderableDBInstanceOptions,
  RDSClient,
  type OrderableDBInstanceOption,
} from "@aws-sdk/client-rds";
import type {
  GetClusterArgs,
  GetClustersArgs,
  GetClusterSnapshotArgs,
  GetInstanceArgs,
  GetOrderableDbInstanceArgs,
} from "@pulumi/aws/rds";
import type { DataSource } from "../resource";
import type { Account } from "./account";
import { exactlyOne, unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { outputsOfCluster } from "./rds-cluster";
import { describeInstance } from "./rds-cluster-instance";
import { describeCluster } from "./rds-common";
import { tagMap } from "./tags";

export const getCluster: DataSource<Account, GetClusterArgs> = {
  async read({ clusterIdentifier }, account) {
    const cluster = await describeCluster(clusterIdentifier, account);
    const found = exactlyOne(cluster && [cluster], `cluster ${clusterIdentifier}`);
    const { tagsAll: tags, ...outputs } = outputsOfCluster(found);
    return { ...outputs, id: clusterIdentifier, tags };
  },
};

export const getClusters: DataSource<Account, GetClustersArgs> = {
  async read({ filters = [] }, account) {
    const Filters = filters.map(({ name, values }) => ({ Name: name, Values: values }));
    const { DBClusters = [] } = await account.client(RDSClient).send(new DescribeDBClustersCommand({ Filters }));
    return {
      id: account.region,
      clusterArns: DBClusters.map(({ DBClusterArn }) => DBClusterArn),
      clusterIdentifiers: DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier),
    };
  },
};

export const getClusterSnapshot: DataSource<Account, GetClusterSnapshotArgs> = {
  async read({ dbClusterSnapshotIdentifier: id, snapshotType, includeShared }, account) {
    const request = { DBClusterSnapshotIdentifier: id, SnapshotType: snapshotType, IncludeShared: includeShared };
    const answer = account.client(RDSClient).send(new DescribeDBClusterSnapshotsCommand(request));
    const found = exactlyOne((await unlessMissing(answer))?.DBClusterSnapshots, `cluster snapshot ${id}`);
    return {
      id: found.DBClusterSnapshotIdentifier,
      ...fromAws({ dbClusterSnapshotArn: "DBClusterSnapshotArn", engine: "Engine", status: "Status" }, found),
      ...fromAws({ engineVersion: "EngineVersion", dbClusterIdentifier: "DBClusterIdentifier" }, found),
      dbClusterSnapshotIdentifier: id,
      kmsKeyId: found.KmsKeyId ?? "",
      storageEncrypted: found.StorageEncrypted ?? false,
      tags: tagMap(found.TagList),
    };
  },
};

export const getInstance: DataSource<Account, GetInstanceArgs> = {
  async read({ dbInstanceIdentifier: id = "" }, account) {
    const found = await describeInstance(id, account);
    const instance = exactlyOne(found && [found], `instance ${id}`);
    return {
      id,
      ...fromAws(
        { dbInstanceIdentifier: "DBInstanceIdentifier", dbClusterIdentifier: "DBClusterIdentifier" },
        instance,
      ),
      ...fromAws({ dbInstanceClass: "DBInstanceClass", availabilityZone: "AvailabilityZone" }, instance),
    };
  },
};

/** Searches by class, preference and storage only. */
export const getOrderableDbInstance: DataSource<Account, GetOrderableDbInstanceArgs> = {
  async read({ engine, engineVersion, instanceClass, storageType, preferredInstanceClasses = [] }, account) {
    const request = { Engine: engine, EngineVersion: engineVersion, DBInstanceClass: instanceClass };
    const options: OrderableDBInstanceOption[] = [];
    for await (const page of paginateDescribeOrderableDBInstanceOptions(
      { client: account.client(RDSClient) },
      request,
    )) {
      const { OrderableDBInstanceOptions: found = [] } = page;
      options.push(...found.filter(({ StorageType }) => storageType === undefined || StorageType === storageType));
    }
    const wanted = instanceClass === undefined ? preferredInstanceClasses : [instanceClass];
    const [found] = wanted.flatMap((each) => options.filter(({ DBInstanceClass }) => DBInstanceClass === each));
    if (!found) throw new Error("no RDS Orderable DB Instance Options found matching criteria; try different search");
    return {
      id: found.DBInstanceClass,
      ...fromAws({ engine: "Engine", engineVersion: "EngineVersion", instanceClass: "DBInstanceClass" }, found),
      storageType: found.StorageType,
      availabilityZones: found.AvailabilityZones?.map(({ Name }) => Name) ?? [],
    };
  },
};
