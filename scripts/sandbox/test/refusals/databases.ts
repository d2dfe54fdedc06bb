import { discardOlder, keepCurrent } from "../../../rotation/administrator";
import type { Case } from "./case";
import type { Fixture } from "./fixture";

/** Aurora, and what belongs to it. */
export function databaseCases({ account, key, missing, otherGroup, role, secret, topic }: Fixture): Case[] {
  const { isolated: subnets } = account.subnetIds;
  const capacity = (MinCapacity: number, MaxCapacity: number) => ({
    ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity },
  });
  const cluster = (name: string): string => `arn:aws:rds:${account.region}:${account.accountId}:cluster:${name}`;
  const [value, combination] = ["InvalidParameterValue", "InvalidParameterCombination"];
  const identifiers = (parameter: string): Case["wrong"] =>
    ["a--b", "prod-", "1st", "_x"].map((name) => [
      { [parameter]: name },
      value,
      `The parameter ${parameter} is not a valid identifier`,
    ]);

  return [
    {
      call: "rds createDBCluster",
      right: {
        DBClusterIdentifier: "refused",
        DBSubnetGroupName: "refusals",
        Engine: "aurora-mysql",
        MasterUsername: "admin",
        MasterUserPassword: "password1",
        PreferredBackupWindow: "03:00-04:00",
        StorageEncrypted: true,
        KmsKeyId: key,
        ...capacity(0.5, 4),
      },
      wrong: [
        ...identifiers("DBClusterIdentifier"),
        [{ DBClusterIdentifier: undefined }, "MissingParameter", "must contain the parameter DBClusterIdentifier"],
        [{ DBClusterIdentifier: "Refusals" }, "DBClusterAlreadyExistsFault", "already exists"],
        [{ EngineVersion: "8.0.mysql_aurora.3.99.0" }, combination, "Cannot find version 8.0.mysql_aurora.3.99.0"],
        [{ EngineMode: "serverless" }, value, "serverless you requested is currently unavailable"],
        [{ MasterUserPassword: "pass word" }, value, "not a valid password"],
        [{ MasterUserPassword: undefined }, value, "MasterUserPassword must be provided"],
        [{ ManageMasterUserPassword: true }, combination, "ManageMasterUserPassword"],
        [{ DatabaseName: "1st" }, value, "DatabaseName must begin with a letter"],
        [{ BackupRetentionPeriod: 99 }, value, "retention period: 99"],
        [{ Port: 80 }, value, "valid port range is 1150-65535"],
        [{ StorageType: "gp3" }, value, "Invalid storage type: gp3"],
        [{ PreferredBackupWindow: "25:00-26:00" }, value, "Invalid backup window"],
        [{ EnableCloudwatchLogsExports: ["trace"] }, combination, "log types 'trace'"],
        [capacity(4, 1), value, "MinCapacity 4.0, MaxCapacity 1.0"],
        [{ DatabaseInsightsMode: "advanced" }, combination, "PerformanceInsightsRetentionPeriod to at least 465"],
        [{ KmsKeyId: missing.key }, "KMSKeyNotAccessibleFault", "does not exist"],
        [{ StorageEncrypted: false }, combination, "KmsKeyId"],
        [{ DBSubnetGroupName: "none" }, "DBSubnetGroupNotFoundFault", "'none' does not exist"],
        [{ DBClusterParameterGroupName: "none" }, "DBClusterParameterGroupNotFoundFault", "not found: none"],
        [{ VpcSecurityGroupIds: [otherGroup] }, combination, "are in different VPCs"],
        [{ VpcSecurityGroupIds: ["sg-0"] }, value, "groupId= sg-0"],
      ],
    },
    {
      call: "rds restoreDBClusterFromSnapshot",
      right: {
        DBClusterIdentifier: "restored",
        Engine: "aurora-mysql",
        EngineVersion: "8.0.mysql_aurora.3.11.1",
        SnapshotIdentifier: "refusals-snapshot",
      },
      wrong: [
        [
          { EngineVersion: "8.0.mysql_aurora.3.10.4" },
          combination,
          "is earlier than the engine version of the DB cluster",
        ],
        [{ SnapshotIdentifier: "none" }, "DBClusterSnapshotNotFoundFault", "none not found"],
      ],
    },
    {
      call: "rds modifyDBCluster",
      right: { DBClusterIdentifier: "refusals", StorageType: "aurora" },
      wrong: [
        [{ DBClusterIdentifier: "none" }, "DBClusterNotFoundFault", "none not found"],
        [{ StorageType: "" }, value, "Invalid storage type"],
        [{ EngineVersion: "8.0.mysql_aurora.3.99.0" }, combination, "Cannot find version 8.0.mysql_aurora.3.99.0"],
        [{ EngineVersion: "8.0.mysql_aurora.3.04.0" }, combination, "to 8.0.mysql_aurora.3.04.0"],
      ],
    },
    {
      call: "rds deleteDBCluster",
      right: { DBClusterIdentifier: "refusals" },
      wrong: [
        [{}, combination, "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified"],
        ...identifiers("FinalDBSnapshotIdentifier"),
      ],
      onlyWrong: true,
    },
    {
      call: "rds createDBClusterSnapshot",
      right: { DBClusterIdentifier: "refusals", DBClusterSnapshotIdentifier: "refused" },
      wrong: identifiers("DBClusterSnapshotIdentifier"),
    },
    {
      call: "rds createDBInstance",
      right: {
        DBInstanceIdentifier: "refused",
        DBInstanceClass: "db.r6g.large",
        DBClusterIdentifier: "refusals",
        Engine: "aurora-mysql",
        MonitoringInterval: 60,
        MonitoringRoleArn: role,
      },
      wrong: [
        ...identifiers("DBInstanceIdentifier"),
        [{ DBInstanceClass: "r6g" }, value, "Invalid DB Instance class: r6g"],
        [{ DBInstanceClass: "db.serverless" }, combination, "Set the Serverless v2 scaling configuration"],
        [{ MonitoringRoleArn: undefined }, combination, "A MonitoringRoleARN value is required"],
        [{ MonitoringRoleArn: missing.role }, value, "does not exist"],
        [{ PromotionTier: 16 }, value, "promotion tier: 16"],
        [{ Engine: "aurora-postgresql" }, combination, "doesn't match the engine name of your DB cluster"],
      ],
    },
    {
      call: "rds enableHttpEndpoint",
      right: { ResourceArn: cluster("refusals") },
      wrong: [[{ ResourceArn: cluster("none") }, "ResourceNotFoundFault", "cluster:none was not found"]],
    },
    {
      call: "rdsData executeStatement",
      right: { resourceArn: cluster("refusals"), secretArn: secret, sql: discardOlder },
      wrong: [
        [{ resourceArn: cluster("none") }, "BadRequestException", "DBCluster none not found"],
        [{ secretArn: `${secret}-none` }, "SecretsErrorException", "can't find the specified secret"],
        [{ sql: "SELECT 1" }, "DatabaseErrorException", "error in your SQL syntax near 'SELECT 1'"],
        [
          { sql: keepCurrent({ plugin: "caching_sha2_password", hash: "2A41", kept: "none" }) },
          "DatabaseErrorException",
          "authentication plugin is being changed",
        ],
      ],
    },
    {
      call: "rds createDBSubnetGroup",
      right: { DBSubnetGroupName: "refused", DBSubnetGroupDescription: "test", SubnetIds: subnets },
      wrong: [
        [{ SubnetIds: [subnets[0]] }, "DBSubnetGroupDoesNotCoverEnoughAZs", "Add subnets to cover at least 2 AZs"],
        [{ DBSubnetGroupName: "refusals" }, "DBSubnetGroupAlreadyExistsFault", "already exists"],
        [{ DBSubnetGroupName: "default" }, value, "not a valid identifier"],
      ],
    },
    {
      call: "rds deleteDBSubnetGroup",
      right: { DBSubnetGroupName: "refusals" },
      wrong: [[{}, "InvalidDBSubnetGroupStateFault", "is still using it"]],
      onlyWrong: true,
    },
    {
      call: "rds createDBClusterParameterGroup",
      right: {
        DBClusterParameterGroupName: "refused",
        DBParameterGroupFamily: "aurora-mysql8.0",
        Description: "test",
      },
      wrong: [
        ...identifiers("DBClusterParameterGroupName"),
        [{ DBParameterGroupFamily: "oracle" }, value, "oracle is not valid"],
      ],
    },
    {
      call: "rds createEventSubscription",
      right: { SubscriptionName: "refused", SnsTopicArn: topic, SourceType: "db-cluster" },
      wrong: [
        [{ SnsTopicArn: missing.topic }, "SNSTopicArnNotFoundFault", "does not exist"],
        [{ SourceType: "cluster" }, value, "Invalid source type: cluster"],
        [{ SourceType: undefined, SourceIds: ["refusals"] }, combination, "SourceType must be provided"],
      ],
    },
  ];
}
