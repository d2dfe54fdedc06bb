import type { DBCluster, DBClusterSnapshot, Parameter } from "@aws-sdk/client-rds";
import type { Partition } from "../account";
import type { AwsAnswers } from ".";
import { keyArn } from "./encryption";

/** Versions of which new clusters are made. */
const versions = ["3.08.2", "3.09.1", "3.10.4", "3.10.5", "3.12.0"].map((version) => `8.0.mysql_aurora.${version}`);

/** Classes by storage type. */
const classes: Record<string, string[]> = {
  aurora: [
    "db.serverless",
    "db.t3.medium",
    "db.t4g.medium",
    "db.r6g.large",
    "db.r6g.xlarge",
    "db.r6g.4xlarge",
    "db.r7g.large",
    "db.r8g.large",
  ],
  "aurora-iopt1": ["db.serverless", "db.r6g.large", "db.r6g.xlarge", "db.r7g.large", "db.r8g.large"],
};

/** Some of the parameters of Aurora MySQL 3. */
const parameters: Parameter[] = [
  { ParameterName: "max_connections", IsModifiable: true, DataType: "integer", AllowedValues: "1-16000" },
  { ParameterName: "innodb_print_all_deadlocks", IsModifiable: true, DataType: "boolean", AllowedValues: "0,1" },
  { ParameterName: "binlog_format", IsModifiable: true, DataType: "string", AllowedValues: "ROW,STATEMENT,MIXED,OFF" },
  { ParameterName: "general_log", IsModifiable: true, DataType: "boolean", AllowedValues: "0,1" },
  { ParameterName: "sql_mode", IsModifiable: true, DataType: "list" },
  { ParameterName: "init_connect", IsModifiable: true, DataType: "string" },
  { ParameterName: "innodb_page_size", IsModifiable: false, DataType: "integer" },
];

/** No cluster yet, but every snapshot; the classes and versions of a large region. */
export function rds(partition: Partition): AwsAnswers {
  return {
    "rds:DescribeDBClusters": () => ({ DBClusters: [] }),
    "rds:DescribeDBInstances": () => ({ DBInstances: [] }),
    "rds:DescribeDBSubnetGroups": () => ({ DBSubnetGroups: [] }),
    "rds:DescribeDBClusterSnapshots": ({ DBClusterSnapshotIdentifier: id }) => ({
      DBClusterSnapshots: [clusterSnapshot(String(id), partition)],
    }),
    "rds:DescribeDBEngineVersions": () => ({ DBEngineVersions: versions.map((EngineVersion) => ({ EngineVersion })) }),
    // In pages, as AWS answers: one for each type of storage.
    "rds:DescribeOrderableDBInstanceOptions": ({ EngineVersion, Marker }, region) => {
      const storage = Marker === undefined ? "aurora" : "aurora-iopt1";
      return {
        Marker: Marker === undefined ? "more" : undefined,
        OrderableDBInstanceOptions: (versions.includes(String(EngineVersion)) ? classes[storage] : [])?.map(
          (DBInstanceClass) => ({
            DBInstanceClass,
            StorageType: storage,
            AvailabilityZones: ["a", "b", "c"].map((zone) => ({ Name: `${region}${zone}` })),
          }),
        ),
      };
    },
    "rds:DescribeEngineDefaultClusterParameters": () => ({ EngineDefaults: { Parameters: parameters } }),
    "rds:DescribeEventSubscriptions": () => ({ EventSubscriptionsList: [] }),
  };
}

/** An available snapshot of the default version. */
export function clusterSnapshot(id: string, partition: Partition = "aws"): DBClusterSnapshot {
  return {
    DBClusterSnapshotIdentifier: id,
    Engine: "aurora-mysql",
    EngineVersion: "8.0.mysql_aurora.3.10.4",
    KmsKeyId: keyArn("of-the-snapshot", partition),
    MasterUsername: "pulumi_admin",
    Status: "available",
  };
}

/** The cluster of the installation `pulumi` in the stack `prod`, encrypted with its own key. */
export function databaseCluster(partition: Partition = "aws"): DBCluster {
  return {
    DBClusterIdentifier: "pulumi-prod-database-cluster",
    Engine: "aurora-mysql",
    EngineVersion: "8.0.mysql_aurora.3.10.4",
    MasterUsername: "pulumi_admin",
    KmsKeyId: keyArn("own", partition),
    DBSubnetGroup: "pulumi-prod-database-subnets",
    TagList: Object.entries({ project: "pulumi", layer: "infrastructure", stack: "prod", "managed-by": "pulumi" }).map(
      ([Key, Value]) => ({ Key, Value }),
    ),
  };
}

/** Every table is one for audit logs. */
export function dynamodb(): AwsAnswers {
  return {
    "dynamodb:DescribeTable": ({ TableName }) => ({
      Table: {
        TableName,
        TableStatus: "ACTIVE",
        KeySchema: [
          { AttributeName: "org_id", KeyType: "HASH" },
          { AttributeName: "timestamp_id", KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "org_user",
            IndexStatus: "ACTIVE",
            KeySchema: [
              { AttributeName: "org_user_id", KeyType: "HASH" },
              { AttributeName: "timestamp_id", KeyType: "RANGE" },
            ],
          },
        ],
      },
    }),
  };
}
