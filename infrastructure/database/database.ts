import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  Component,
  type Context,
  type Database as DatabaseOutputs,
  type DeepInput,
  physicalName,
  type Tags,
} from "@selfhosted/common";
import { AccessGroup } from "@selfhosted/common/components";
import type { AlarmsConfig } from "../config/alarms";
import type { DatabaseConfig } from "../config/database";
import type { Network } from "../network/network";
import { type DatabaseAlarms, databaseAlarms } from "./alarms";
import { trustedAuthorities } from "./authorities";
import { databaseCluster, databaseName, type Overridable } from "./cluster";
import { Credentials, password } from "./credentials";
import { DatabaseEvents } from "./events";
import { databaseInstances } from "./instances";

export interface DatabaseArgs {
  context: Context;
  config: DatabaseConfig & AlarmsConfig & Overridable;
  /** Version that the cluster runs; undefined before there is one. */
  runningVersion: string | undefined;
  network: Network;
  keyArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** Tags of the cluster, which all its snapshots get: what they are one unit with. */
  tags: pulumi.Input<Tags>;
}

/** Aurora MySQL in the isolated subnets: one instance writes, the others are its standbys in other zones. */
export class Database extends Component {
  readonly outputs: DeepInput<DatabaseOutputs>;
  readonly clusterArn: pulumi.Output<string>;
  /** Undefined where there are none. */
  readonly alarms?: DatabaseAlarms;

  constructor(name: string, args: DatabaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Database", name, opts);
    const { context, config, runningVersion, network, keyArn, logRetentionDays, tags } = args;
    const { ephemeral } = context.installation;
    const parent = { parent: this };

    if (config.databaseInstanceCount === 1) {
      const warning = "databaseInstanceCount is 1: without a standby, the loss of its zone stops the service.";
      void pulumi.log.warn(warning, this);
    }
    const subnetGroup = new aws.rds.SubnetGroup(
      `${name}-subnets`,
      { name: physicalName("databaseGroup", `${name}-subnets`), subnetIds: network.isolatedSubnetIds },
      parent,
    );
    const securityGroup = new AccessGroup(`${name}-access`, { target: "the database", vpcId: network.vpcId }, parent);
    const administratorPassword =
      config.databasePassword ??
      password(`${name}-password`, { version: config.databasePasswordVersion, special: false }, parent);
    const shared = { config, keyArn, subnetGroupName: subnetGroup.name };
    const cluster = databaseCluster(
      name,
      {
        ...shared,
        runningVersion,
        securityGroupIds: [securityGroup.id, ...config.databaseExtraSecurityGroupIds],
        administratorPassword,
        logRetentionDays,
        ephemeral,
        tags,
      },
      parent,
    );
    const { clusterIdentifier } = cluster;
    const instances = databaseInstances(
      name,
      { ...shared, context, clusterIdentifier, zones: network.databaseZones },
      parent,
    );
    if (config.databaseEvents || config.alarmsEnabled) {
      const events = { context, config, clusterIdentifier, instances, keyArn };
      const { topicArn } = new DatabaseEvents(`${name}-events`, events, parent);
      this.alarms = config.alarmsEnabled
        ? databaseAlarms(`${name}-alarms`, { config, clusterIdentifier, topicArn }, { ...parent, dependsOn: instances })
        : undefined;
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
      parent,
    );

    this.clusterArn = cluster.arn;
    this.outputs = {
      clusterIdentifier,
      endpoint: cluster.endpoint,
      port: cluster.port,
      name: databaseName,
      securityGroupId: securityGroup.id,
      credentials: credentials.reference,
      caCertificate: trustedAuthorities(config, context.location.region),
    };
    this.registerOutputs({ clusterIdentifier, endpoint: cluster.endpoint });
  }
}
