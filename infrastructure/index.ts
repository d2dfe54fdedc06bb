import * as pulumi from "@pulumi/pulumi";
import {
  awsProvider,
  clusterName,
  foundConfig,
  infrastructureContract,
  logicalName,
  previousOutputs,
  program,
  publish,
  refuse,
  standardTags,
  type InfrastructureOutputs,
} from "@selfhosted/common";
import { Backup } from "./backup";
import { Buckets, objectLock } from "./buckets";
import { readConfig } from "./config";
import { DataAccess } from "./data-access";
import { DataKey } from "./data-key";
import { Database } from "./database";
import { Endpoints } from "./endpoints";
import { lookUpAccount } from "./lookups";
import { Replication } from "./replication";
import { Search } from "./search";

export = program(async () => {
  const { config, problems } = readConfig(foundConfig());
  const stack = pulumi.getStack();
  const { installation: deployed } = (await previousOutputs()) as Partial<InfrastructureOutputs>;
  const { checks, facts } = await lookUpAccount(config, { stack, deployed });
  await refuse([...problems, ...checks.flatMap((check) => check.problems)]);
  if (facts === undefined) {
    throw new Error("Something that the installation needs is missing in the account, but no problem was reported.");
  }
  const { where, network } = facts;
  const { ephemeral, permissionsBoundaryArn } = config;
  const logRetentionDays = Number(config.logRetentionDays);
  const name = (thing: string): string => logicalName(config.name, stack, thing);

  const tags = standardTags({ name: config.name, layer: "infrastructure", stack, extra: config.tags });
  const provider = awsProvider(name("provider"), { region: where.region, accountId: config.accountId, tags });
  const copyAccountId = config.backupCopyVaultArn?.split(":")[4];
  const keyArn =
    facts.dataKeyArn ??
    new DataKey(
      name("data-key"),
      {
        where,
        protect: !ephemeral,
        retain: config.retainDataKey,
        execCluster: clusterName(config.name, stack),
        copyAccountId: copyAccountId === where.accountId ? undefined : copyAccountId,
      },
      { provider },
    ).arn;
  const database = new Database(
    name("database"),
    {
      config,
      runningVersion: facts.databaseVersion,
      where,
      network,
      keyArn,
      ephemeral,
      logRetentionDays,
      permissionsBoundaryArn,
    },
    { provider },
  );
  const buckets = new Buckets(name("buckets"), { config, stack, where, keyArn }, { provider });
  const access = new DataAccess(
    name("data-access"),
    {
      where,
      bucketArns: buckets.arns,
      bucketKeyArns: [keyArn, ...config.bucketKeyArns],
      extraObjectActions: config.bucketExtraActions,
      serviceKeyArn: facts.serviceKeyArn,
      mayChangeServiceKey: ephemeral || config.confirmServiceKeyChange,
      permissionsBoundaryArn,
    },
    { provider },
  );

  const { bucketReplicationRegion: replicaRegion } = config;
  let replication: Replication | undefined;
  if (replicaRegion !== undefined) {
    const replicas = awsProvider(
      name(`replication-provider-${replicaRegion}`),
      { region: replicaRegion, accountId: config.accountId, tags },
      // As it was called before there was one for each region.
      { aliases: [{ name: name("replication-provider") }] },
    );
    const copies = { config, stack, where, region: replicaRegion, buckets, keyArn, replicas };
    replication = new Replication(name("replication"), copies, { provider });
  }
  const backup = config.backupEnabled
    ? new Backup(
        name("backup"),
        {
          ...{ config, where, keyArn },
          resourceArns: [database.clusterArn, ...[...buckets.own.values()].map((bucket) => bucket.arn)],
        },
        { provider },
      )
    : undefined;
  const search = config.searchEnabled
    ? new Search(
        name("search"),
        // OpenSearch needs minutes to learn of a new service-linked role, and a new database takes longer than that.
        { config, where, network, keyArn, after: [database] },
        { provider },
      )
    : undefined;
  const endpoints = config.endpointsEnabled
    ? new Endpoints(
        name("endpoints"),
        { where, network, wanted: facts.endpoints, trustedAccountIds: config.endpointsTrustedAccountIds },
        { provider },
      )
    : undefined;

  return publish(infrastructureContract, {
    installation: {
      name: config.name,
      accountId: where.accountId,
      region: where.region,
      tags: config.tags,
      size: config.size,
      ephemeral,
      permissionsBoundaryArn,
    },
    network: network.outputs,
    database: database.outputs,
    buckets: buckets.names,
    apiTaskRoleArn: access.apiTaskRoleArn,
    dataKeyArn: keyArn,
    serviceKeyArn: facts.serviceKeyArn,
    search: search?.outputs,
    endpointsSecurityGroupId: endpoints?.securityGroupId,
    backup: backup?.outputs,
    checkpointLock: objectLock(config),
    copies: replication?.outputs,
  });
});
