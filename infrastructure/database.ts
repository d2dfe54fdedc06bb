import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Component, Database as DatabaseOutputs, DeepInput, physicalName, Surroundings } from "@selfhosted/common";
import { Credentials, password } from "./credentials";
import { DatabaseEvents } from "./database-events";
import { databaseLogGroups } from "./database-logs";
import { monitoringRole } from "./database-monitoring";
import { clusterIdentifier, instanceIdentifiers } from "./database-names";
import { databaseParameterGroup } from "./database-parameters";
import { versionAfter } from "./database-version";
import { Network } from "./network";
import { instanceClassOf, type DatabaseConfig } from "./config/database";

export interface DatabaseArgs {
  config: DatabaseConfig;
  /** Version that the cluster runs; undefined before there is one. */
  runningVersion: string | undefined;
  where: Surroundings;
  network: Network;
  keyArn: pulumi.Input<string>;
  ephemeral: boolean;
  logRetentionDays: number;
  permissionsBoundaryArn: string | undefined;
}

/** The vendor's name for the database within the cluster. */
export const databaseName = "pulumi";

/** Aurora MySQL in the isolated subnets: one instance writes, the others stand by in other zones. */
export class Database extends Component {
  readonly outputs: DeepInput<DatabaseOutputs>;
  readonly clusterArn: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: DatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("infrastructure", "Database", name, opts);
    const { config, network, keyArn, ephemeral } = args;

    if (config.databaseInstanceCount === 1) {
      void pulumi.log.warn(
        "databaseInstanceCount is 1: without a standby, the loss of its zone stops the service.",
        this,
      );
    }
    const subnetGroup = new aws.rds.SubnetGroup(
      `${name}-subnets`,
      { name: physicalName("databaseGroup", `${name}-subnets`), subnetIds: network.isolatedSubnetIds },
      { parent: this },
    );
    // Without rules: the application layer admits its tasks.
    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-access`,
      {
        name: physicalName("securityGroup", `${name}-access`),
        description: "Who may reach the database",
        vpcId: network.vpcId,
      },
      { parent: this },
    );
    const administratorPassword = password(
      `${name}-password`,
      { version: config.databasePasswordVersion, special: false },
      { parent: this },
    );
    const cluster = this.cluster(subnetGroup, securityGroup, administratorPassword);
    const instances = this.instances(cluster, subnetGroup);
    if (config.databaseEvents) {
      new DatabaseEvents(
        `${name}-events`,
        { clusterIdentifier: cluster.clusterIdentifier, instances, where: args.where, keyArn, config },
        { parent: this },
      );
    }
    const credentials = new Credentials(
      `${name}-credentials`,
      {
        description: "Administrator of the database",
        // As AWS has it: a restored cluster keeps the name that the snapshot came with.
        username: cluster.masterUsername,
        password: administratorPassword,
        keyArn,
        ephemeral,
      },
      { parent: this },
    );

    this.clusterArn = cluster.arn;
    this.outputs = {
      clusterIdentifier: cluster.clusterIdentifier,
      endpoint: cluster.endpoint,
      port: cluster.port,
      name: databaseName,
      securityGroupId: securityGroup.id,
      credentials: credentials.reference,
      caCertificate: config.databaseCaCertificate,
    };
    this.registerOutputs({ clusterIdentifier: cluster.clusterIdentifier, endpoint: cluster.endpoint });
  }

  private cluster(
    subnetGroup: aws.rds.SubnetGroup,
    securityGroup: aws.ec2.SecurityGroup,
    administratorPassword: pulumi.Output<string>,
  ): aws.rds.Cluster {
    const { name } = this;
    const { config, runningVersion, keyArn, ephemeral, logRetentionDays } = this.args;
    const identifier = clusterIdentifier(name);
    const followsSetting =
      !config.databaseAutoMinorUpgrade && versionAfter(config, runningVersion) === config.databaseEngineVersion;
    const snapshot = new random.RandomId(`${name}-final-snapshot`, { byteLength: 4 }, { parent: this });
    return new aws.rds.Cluster(
      `${name}-cluster`,
      {
        clusterIdentifier: identifier,
        engine: "aurora-mysql",
        engineVersion: config.databaseEngineVersion,
        databaseName,
        port: config.databasePort,
        masterUsername: config.databaseUsername,
        masterPassword: administratorPassword,
        iamDatabaseAuthenticationEnabled: config.databaseIamAuthentication,
        dbSubnetGroupName: subnetGroup.name,
        vpcSecurityGroupIds: [securityGroup.id],
        dbClusterParameterGroupName: databaseParameterGroup(`${name}-parameters`, config, { parent: this }).name,
        ...(config.databaseServerless && {
          serverlessv2ScalingConfiguration: {
            minCapacity: config.databaseMinCapacity,
            maxCapacity: config.databaseMaxCapacity,
          },
        }),
        ...this.insights(),
        storageEncrypted: true,
        kmsKeyId: keyArn,
        storageType: config.databaseStorageType,
        backtrackWindow: config.databaseBacktrackHours * 3600,
        backupRetentionPeriod: config.databaseBackupRetentionDays,
        preferredBackupWindow: config.databaseBackupWindow,
        preferredMaintenanceWindow: config.databaseMaintenanceWindow,
        applyImmediately: config.databaseApplyImmediately,
        copyTagsToSnapshot: true,
        enabledCloudwatchLogsExports: config.databaseLogExports,
        snapshotIdentifier: config.databaseRestoreFromSnapshot,
        deletionProtection: !ephemeral,
        deleteAutomatedBackups: ephemeral,
        skipFinalSnapshot: ephemeral,
        finalSnapshotIdentifier: pulumi.interpolate`${identifier}-final-${snapshot.hex}`,
      },
      {
        parent: this,
        protect: !ephemeral,
        ignoreChanges: [
          // Read only when the cluster is made.
          "snapshotIdentifier",
          // A restored cluster keeps that of its snapshot, whether or not the setting still names the snapshot.
          "databaseName",
          "masterUsername",
          // AWS moves the version on, and refuses to go back.
          ...(followsSetting ? [] : ["engineVersion"]),
        ],
        // So that their retention and key are ours: AWS would make them without.
        dependsOn: databaseLogGroups(
          `${name}-logs`,
          { clusterIdentifier: identifier, logs: config.databaseLogExports, retentionInDays: logRetentionDays, keyArn },
          { parent: this },
        ),
      },
    );
  }

  /** Database Insights, which a cluster takes only together with Performance Insights; nothing where the mode is left to AWS. */
  private insights(): Partial<aws.rds.ClusterArgs> {
    const { config, keyArn } = this.args;
    return config.databaseInsightsMode === undefined
      ? {}
      : {
          databaseInsightsMode: config.databaseInsightsMode,
          performanceInsightsEnabled: config.databasePerformanceInsights,
          ...(config.databasePerformanceInsights && {
            performanceInsightsKmsKeyId: keyArn,
            performanceInsightsRetentionPeriod: Number(config.databasePerformanceInsightsDays),
          }),
        };
  }

  private instances(cluster: aws.rds.Cluster, subnetGroup: aws.rds.SubnetGroup): aws.rds.ClusterInstance[] {
    const { name } = this;
    const { config, network, keyArn, where, permissionsBoundaryArn } = this.args;
    const monitoringInterval = Number(config.databaseMonitoringSeconds);
    const monitoringRoleArn =
      monitoringInterval > 0
        ? monitoringRole(`${name}-monitoring`, { where, permissionsBoundaryArn }, { parent: this }).arn
        : undefined;
    const zones = network.databaseZones;
    const instances: aws.rds.ClusterInstance[] = [];
    for (const [index, identifier] of instanceIdentifiers(name, config).entries()) {
      const instance = new aws.rds.ClusterInstance(
        `${name}-instance-${index + 1}`,
        {
          identifier,
          clusterIdentifier: cluster.clusterIdentifier,
          engine: "aurora-mysql",
          instanceClass: instanceClassOf(config),
          dbSubnetGroupName: subnetGroup.name,
          availabilityZone: zones[index % zones.length],
          publiclyAccessible: false,
          // The first two fail over to each other before the rest.
          promotionTier: index,
          autoMinorVersionUpgrade: config.databaseAutoMinorUpgrade,
          preferredMaintenanceWindow: config.databaseMaintenanceWindow,
          applyImmediately: config.databaseApplyImmediately,
          copyTagsToSnapshot: true,
          monitoringInterval,
          monitoringRoleArn,
          performanceInsightsEnabled: config.databasePerformanceInsights,
          ...(config.databasePerformanceInsights && {
            performanceInsightsKmsKeyId: keyArn,
            performanceInsightsRetentionPeriod: Number(config.databasePerformanceInsightsDays),
          }),
        },
        {
          parent: this,
          // More zones later are for instances to come.
          ignoreChanges: ["availabilityZone"],
          // The first instance of a cluster becomes its writer.
          dependsOn: instances.slice(0, 1),
        },
      );
      instances.push(instance);
    }
    return instances;
  }
}
