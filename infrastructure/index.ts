import * as pulumi from "@pulumi/pulumi";
import {
  awsProvider,
  clusterName,
  contextOf,
  foundConfig,
  infrastructureContract,
  type InfrastructureOutputs,
  overrideResources,
  previousOutputs,
  program,
  stackOutputs,
  throwIfInvalid,
  unitTags,
} from "@selfhosted/common";
import { Backup } from "./backup/backup";
import { readConfig } from "./config";
import { Database } from "./database/database";
import { lookUpAccount } from "./lookups";
import { Endpoints } from "./network/endpoints";
import { Search } from "./search/search";
import { Buckets, objectLock } from "./storage/buckets";
import { DataAccess } from "./storage/data-access";
import { DataKey } from "./storage/data-key";
import { KeyNotices } from "./storage/key-notices";
import { Replication } from "./storage/replication";
import { RequestAlarms } from "./storage/request-alarms";

export = program(async () => {
  const { config, problems } = readConfig(foundConfig());
  const stack = pulumi.getStack();
  const { installation: deployed } = (await previousOutputs()) as Partial<InfrastructureOutputs>;
  const { checks, account } = await lookUpAccount(config, { stack, deployed });
  await throwIfInvalid([...problems, ...checks.flatMap((check) => check.problems)]);
  if (account === undefined) {
    throw new Error("Something that the installation needs is missing in the account, but no problem was reported.");
  }
  const { location, network, serviceKeyArn } = account;
  const { accountId, region } = location;
  const { name, size, ephemeral, permissionsBoundaryArn } = config;
  const installation = { name, accountId, region, tags: config.tags, size, ephemeral, permissionsBoundaryArn };
  const context = contextOf("infrastructure", { installation, stack, location });
  const provider = awsProvider(context.name("provider"), { region, accountId: config.accountId, tags: context.tags });
  const opts = { provider };
  const warnOfUnused = overrideResources(config.resourceOverrides, context);
  const logRetentionDays = Number(config.logRetentionDays);

  const keyArn =
    account.dataKeyArn ??
    new DataKey(
      context.name("data-key"),
      {
        location,
        protect: !ephemeral,
        retain: config.retainDataKey,
        execCluster: clusterName(name, stack),
        copyVaultArn: config.backupCopyVaultArn,
      },
      opts,
    ).arn;
  const buckets = new Buckets(context.name("buckets"), { context, config, keyArn }, opts);
  const tags = pulumi.output(buckets.outputs).apply((names) => unitTags(names, serviceKeyArn));
  const database = new Database(
    context.name("database"),
    { context, config, runningVersion: account.databaseVersion, network, keyArn, logRetentionDays, tags },
    opts,
  );
  const access = new DataAccess(
    context.name("data-access"),
    {
      context,
      bucketArns: buckets.arns,
      bucketKeyArns: [keyArn, ...config.bucketKeyArns],
      extraObjectActions: config.bucketExtraActions,
      serviceKeyArn,
      mayChangeServiceKey: ephemeral || config.confirmServiceKeyChange,
    },
    opts,
  );
  if (database.alarms) {
    const onCall = database.alarms;
    new KeyNotices(context.name("key-notices"), { keyArns: [keyArn, serviceKeyArn], onCall }, opts);
    new RequestAlarms(context.name("request-alarms"), { config, buckets: buckets.own, onCall }, opts);
  }
  const { bucketReplicationRegion: copyRegion } = config;
  const replication =
    copyRegion === undefined
      ? undefined
      : new Replication(
          context.name("replication"),
          { context, config, region: copyRegion, originals: buckets.own, keyArn },
          opts,
        );
  const resourceArns = [database.clusterArn, ...[...buckets.own.values()].map((bucket) => bucket.arn)];
  const backup = config.backupEnabled
    ? new Backup(context.name("backup"), { context, config, keyArn, resourceArns, onCall: database.alarms }, opts)
    : undefined;
  const search = config.searchEnabled
    ? new Search(
        context.name("search"),
        // OpenSearch needs minutes to learn of a new service-linked role, and a new database takes longer than that.
        { context, config, network, keyArn, logRetentionDays, dependsOn: [database] },
        opts,
      )
    : undefined;
  const endpoints = config.endpointsEnabled
    ? new Endpoints(
        context.name("endpoints"),
        { context, network, wanted: account.endpoints, trustedAccountIds: config.endpointsTrustedAccountIds },
        opts,
      )
    : undefined;

  await warnOfUnused();
  return stackOutputs(infrastructureContract, {
    installation,
    network: network.outputs,
    database: database.outputs,
    buckets: buckets.outputs,
    apiTaskRoleArn: access.apiTaskRoleArn,
    dataKeyArn: keyArn,
    serviceKeyArn,
    search: search?.outputs,
    endpointsSecurityGroupId: endpoints?.securityGroupId,
    backup: backup?.outputs,
    alarms: database.alarms,
    checkpointLock: objectLock(config),
    copies: replication?.outputs,
  });
});
