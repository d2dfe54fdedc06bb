import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  Component,
  type Context,
  type Database as DatabaseOutputs,
  type DeepInput,
  physicalName,
} from "@selfhosted/common";
import { AccessGroup } from "@selfhosted/common/components";
import type { DatabaseConfig } from "../config/database";
import type { Network } from "../network/network";
import { databaseCluster, databaseName } from "./cluster";
import { Credentials, password } from "./credentials";
import { DatabaseEvents } from "./events";
import { databaseInstances } from "./instances";

export interface DatabaseArgs {
  context: Context;
  config: DatabaseConfig;
  /** Version that the cluster runs; undefined before there is one. */
  runningVersion: string | undefined;
  network: Network;
  keyArn: pulumi.Input<string>;
  logRetentionDays: number;
}

/** Aurora MySQL in the isolated subnets: one instance writes, the others are its standbys in other zones. */
export class Database extends Component {
  readonly outputs: DeepInput<DatabaseOutputs>;
  readonly clusterArn: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Database", name, opts);
    const { context, config, runningVersion, network, keyArn, logRetentionDays } = args;
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
    const administratorPassword = password(
      `${name}-password`,
      { version: config.databasePasswordVersion, special: false },
      parent,
    );
    const shared = { config, keyArn, subnetGroupName: subnetGroup.name };
    const cluster = databaseCluster(
      name,
      {
        ...shared,
        runningVersion,
        securityGroupId: securityGroup.id,
        administratorPassword,
        logRetentionDays,
        ephemeral,
      },
      parent,
    );
    const { clusterIdentifier } = cluster;
    const instances = databaseInstances(
      name,
      { ...shared, context, clusterIdentifier, zones: network.databaseZones },
      parent,
    );
    if (config.databaseEvents) {
      new DatabaseEvents(`${name}-events`, { context, config, clusterIdentifier, instances, keyArn }, parent);
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
      caCertificate: config.databaseCaCertificate,
    };
    this.registerOutputs({ clusterIdentifier, endpoint: cluster.endpoint });
  }
}
