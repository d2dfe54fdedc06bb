import * as pulumi from "@pulumi/pulumi";
import {
  applicationContract,
  awsClients,
  awsProvider,
  clusterName,
  contextOf,
  foundConfig,
  ifKnown,
  infrastructureContract,
  licenceEnd,
  overrideResources,
  program,
  readOutputs,
  stackOutputs,
  throwIfInvalid,
} from "@selfhosted/common";
import { infrastructureStack, readConfig } from "./config";
import { apiCapacity, consoleCapacity, jobsCapacity, migrationSize, scaling } from "./config/capacity";
import { apiVariables } from "./environment/api";
import { consoleVariables } from "./environment/console";
import { migrationVariables } from "./environment/migrations";
import { environment } from "./environment/variables";
import { lookUpAccount } from "./lookups";
import { Migration } from "./migration";
import { Alarms } from "./monitoring/alarms";
import { Dashboard } from "./monitoring/dashboard";
import { certificateArn as certificateArnOf } from "./network/certificate";
import { apiDestinations, consoleDestinations, migrationDestinations } from "./network/destinations";
import { hosts as hostsOf } from "./network/hosts";
import { clients } from "./network/ingress";
import { loadBalancerSubnets, targetSubnets } from "./network/subnets";
import { Api } from "./service/api";
import { Cluster } from "./service/cluster";
import { Console } from "./service/console";
import { images as imagesOf } from "./task/images";
import { logRouter } from "./task/log-router";

export = program(async () => {
  const stack = pulumi.getStack();
  const found = foundConfig();
  const above = await readOutputs(infrastructureContract, infrastructureStack(found, pulumi.getOrganization(), stack));
  const { inputs, problems } = readConfig(found, above.outputs);
  const region = ifKnown(() => inputs.upstream.installation.region);
  const { checks, account } =
    region === undefined
      ? { checks: [], account: undefined }
      : await lookUpAccount(inputs, { stack, aws: awsClients({ region }) });
  await throwIfInvalid([...above.problems, ...problems, ...checks.flatMap((check) => check.problems)]);
  if (account === undefined) {
    throw new Error("The account could not be looked up, but no problem was reported.");
  }

  const { config, upstream } = inputs;
  const { installation, network, dataKeyArn: keyArn } = upstream;
  const { location, running } = account;
  const context = contextOf("application", { installation, stack, location });
  const provider = awsProvider(context.name("application"), {
    region: installation.region,
    accountId: installation.accountId,
    tags: context.tags,
  });
  const opts = { provider };
  const warnOfUnused = overrideResources(config.resourceOverrides, context);

  const hosts = hostsOf(config);
  const images = imagesOf(config, location);
  const sources = { config, hosts, location, upstream };
  const logRetentionDays = Number(config.logRetentionDays);

  const cluster = new Cluster(
    context.name("cluster"),
    {
      clusterName: clusterName(installation.name, stack),
      containerInsights: config.containerInsights,
      execEnabled: config.execEnabled,
      keyArn,
      logRetentionDays,
      spot: config.consoleSpot,
    },
    opts,
  );
  const certificateArn = certificateArnOf(
    context.name("certificate"),
    { existingArn: config.certificateArn, zoneId: config.certificateZoneId, hosts },
    opts,
  );

  const { cpuArchitecture, readOnlyRootFilesystem } = config;
  const task = { cpuArchitecture, readOnlyRootFilesystem, logRetentionDays, keyArn };
  const migration = new Migration(
    context.name("migration"),
    {
      context,
      cluster,
      config,
      network,
      databaseCluster: upstream.database.clusterIdentifier,
      destinations: migrationDestinations({ config, upstream, image: images.migration }, opts),
      task: {
        ...task,
        image: images.migration,
        size: migrationSize(config),
        environment: environment(migrationVariables, sources),
      },
    },
    opts,
  );

  const serviceTask = { ...task, logRouter: logRouter(config, images.logRouter) };
  const service = {
    context,
    cluster,
    config,
    network,
    subnetIds: targetSubnets(config, network),
    loadBalancer: {
      vpcId: network.vpcId,
      subnetIds: loadBalancerSubnets(config, network),
      internal: config.internal,
      dualStack: config.dualStack,
      certificateArn,
      tlsPolicy: config.tlsPolicy,
      clients: clients(config, upstream),
      accessLogs: { enabled: config.loadBalancerLogs, bucket: upstream.buckets.logs },
      deletionProtection: config.loadBalancerDeletionProtection && !installation.ephemeral,
      preserveClientAddress: config.preserveClientAddress,
      drainSeconds: config.drainSeconds,
    },
    scaling: scaling(config),
    running,
    dependsOn: [migration.migrated],
  };
  const api = new Api(
    context.name("api"),
    {
      ...service,
      domain: hosts.api,
      destinations: apiDestinations({ config, upstream, images }, opts),
      task: { ...serviceTask, image: images.api, environment: environment(apiVariables, sources) },
      taskRoleArn: upstream.apiTaskRoleArn,
      capacity: apiCapacity(config),
      jobsCapacity: config.jobsEnabled ? jobsCapacity(config) : undefined,
    },
    opts,
  );
  const consoleService = new Console(
    context.name("console"),
    {
      ...service,
      domain: hosts.console,
      destinations: consoleDestinations(
        { config, upstream, images, apiSecurityGroupId: api.loadBalancer.securityGroup.id },
        opts,
      ),
      task: { ...serviceTask, image: images.console, environment: environment(consoleVariables, sources) },
      capacity: consoleCapacity(config),
    },
    opts,
  );

  if (upstream.alarms) {
    const services = {
      config,
      clusterName: cluster.name,
      api: { ...api.outputs, ...api.loadBalancer.outputs, minTasks: apiCapacity(config).minTasks },
      console: {
        ...consoleService.outputs,
        ...consoleService.loadBalancer.outputs,
        minTasks: consoleCapacity(config).minTasks,
      },
      jobs: api.jobs && { ...api.jobs.outputs, minTasks: jobsCapacity(config).minTasks },
    };
    const { arns, logErrors } = new Alarms(
      context.name("alarms"),
      {
        ...services,
        context,
        upstream: upstream.alarms,
        migrationFamily: migration.task.definition.family,
        certificateArn,
      },
      opts,
    );
    new Dashboard(
      context.name("dashboard"),
      {
        ...services,
        region: installation.region,
        database: upstream.database.clusterIdentifier,
        buckets: upstream.buckets,
        logErrors,
        alarms: arns,
      },
      opts,
    );
  }

  await warnOfUnused();
  return stackOutputs(applicationContract, {
    installation,
    clusterName: cluster.cluster.name,
    imageTag: config.imageTag,
    api: api.outputs,
    console: consoleService.outputs,
    jobs: api.jobs?.outputs,
    migration: migration.task.outputs,
    certificateArn,
    internal: config.internal,
    dualStack: config.dualStack,
    allowedCidrBlocks: config.allowedCidrBlocks,
    allowedPrefixListIds: config.allowedPrefixListIds,
    // When it ends isn't secret.
    licenceEnd: pulumi.unsecret(config.licenseKey.apply((text) => licenceEnd(text)?.toISOString() ?? "")),
    secretMaxAgeDays: config.secretMaxAgeDays > 0 ? config.secretMaxAgeDays : undefined,
    vpcId: network.vpcId,
  });
});
