import * as pulumi from "@pulumi/pulumi";
import {
  awsProvider,
  infrastructureContract,
  logicalName,
  program,
  publish,
  readConfig,
  standardTags,
} from "@selfhosted/common";
import { Backup } from "./backup";
import { Buckets } from "./buckets";
import { region, rules, settings } from "./config";
import { apiRoleName, DataAccess } from "./data-access";
import { DataKey } from "./data-key";
import { Database } from "./database";
import { Endpoints } from "./endpoints";
import { prerequisites } from "./prerequisites";
import { Replication } from "./replication";
import { Search } from "./search";
import { sizes } from "./sizes";

export = program(async () => {
  const config = readConfig(settings, rules);
  const { ephemeral, permissionsBoundaryArn } = config;
  const stack = pulumi.getStack();
  const size = sizes[config.size];
  const logRetentionDays = Number(config.logRetentionDays);
  const name = (thing: string): string => logicalName(config.name, stack, thing);

  const tags = standardTags({ name: config.name, layer: "infrastructure", stack, extra: config.tags });
  const provider = awsProvider(name("provider"), { region: region(), accountId: config.accountId, tags });
  const { where, network, ...found } = await prerequisites(
    config,
    { tags, apiRole: apiRoleName(name("data-access")) },
    { provider },
  );
  // By this tag AWS Backup finds what to keep; it is there whether or not the feature is on, so that turning it on touches
  // nothing else.
  const backup = { key: "backup", value: name("data") };
  const backupTags = { [backup.key]: backup.value };

  const keyArn = found.dataKeyArn ?? new DataKey(name("data-key"), { where, ephemeral }, { provider }).arn;
  const database = new Database(
    name("database"),
    { config, size, where, network, keyArn, ephemeral, logRetentionDays, tags: backupTags, permissionsBoundaryArn },
    { provider },
  );
  const buckets = new Buckets(name("buckets"), { config, stack, where, keyArn, tags: backupTags }, { provider });
  const access = new DataAccess(
    name("data-access"),
    {
      where,
      bucketArns: buckets.arns,
      bucketKeyArns: [keyArn, ...config.bucketKeyArns],
      extraObjectActions: config.bucketExtraActions,
      serviceKeyArn: found.serviceKeyArn,
      mayChangeServiceKey: ephemeral || config.confirmServiceKeyChange,
      permissionsBoundaryArn,
    },
    { provider },
  );

  if (config.bucketReplicationRegion !== undefined) {
    const target = { region: config.bucketReplicationRegion, accountId: config.accountId, tags };
    const replicas = awsProvider(name("replication-provider"), target);
    new Replication(name("replication"), { config, stack, where, buckets, keyArn, replicas }, { provider });
  }
  if (config.backupEnabled) {
    new Backup(name("backup"), { config, where, keyArn, selection: backup }, { provider });
  }
  const search = config.searchEnabled
    ? new Search(
        name("search"),
        // OpenSearch needs minutes to learn of a new service-linked role, and a new database takes longer than that.
        { config, size, where, network, keyArn, after: [database] },
        { provider },
      )
    : undefined;
  const endpoints = config.endpointsEnabled
    ? new Endpoints(
        name("endpoints"),
        { where, network, wanted: found.endpoints, trustedAccountIds: config.endpointsTrustedAccountIds },
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
    serviceKeyArn: found.serviceKeyArn,
    search: search?.outputs,
    endpointsSecurityGroupId: endpoints?.securityGroupId,
  });
});
