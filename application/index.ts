import {
  applicationContract,
  awsClients,
  awsProvider,
  clusterName,
  foundConfig,
  ifKnown,
  infrastructureContract,
  logicalName,
  program,
  publish,
  readOutputs,
  refuse,
  standardTags,
} from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import { Api } from "./api";
import { certificateArn } from "./certificate";
import { Cluster } from "./cluster";
import { infrastructureStack, readConfig } from "./config";
import { Console } from "./console";
import { hosts as hostsOf } from "./hosts";
import { images } from "./images";
import { lookUpAccount } from "./lookups";
import { Migration } from "./migration";
import { serviceOutputs, taskOutputs, workerOutputs } from "./outputs";

export = program(async () => {
  const stack = pulumi.getStack();
  const found = foundConfig();
  const above = await readOutputs(infrastructureContract, infrastructureStack(found, pulumi.getOrganization(), stack));
  const { inputs, problems } = readConfig(found, above.outputs);
  const region = ifKnown(() => inputs.upstream.installation.region);
  const account =
    region === undefined ? undefined : await lookUpAccount(inputs, { stack, aws: awsClients({ region }) });
  const checks = account?.checks ?? [];
  await refuse([...above.problems, ...problems, ...checks.flatMap((check) => check.problems)]);
  if (account?.facts === undefined) {
    throw new Error("The account could not be looked up, but no problem was reported.");
  }
  const { where, running } = account.facts;

  const { config, upstream } = inputs;
  const { installation } = upstream;
  const named = (thing: string): string => logicalName(installation.name, stack, thing);
  const tags = standardTags({ name: installation.name, layer: "application", stack, extra: installation.tags });
  const provider = awsProvider(named("application"), {
    region: installation.region,
    accountId: installation.accountId,
    tags,
  });
  const hosts = hostsOf(config);

  const cluster = new Cluster(
    named("cluster"),
    {
      clusterName: clusterName(installation.name, stack),
      containerInsights: config.containerInsights,
      execEnabled: config.execEnabled,
      dataKeyArn: upstream.dataKeyArn,
      logRetentionDays: Number(config.logRetentionDays),
      spot: config.consoleSpot,
    },
    { provider },
  );
  const platform = {
    ...{ config, upstream, hosts, where, running, cluster },
    images: images(config, installation, where),
    certificateArn: certificateArn(named("certificate"), { config, hosts }, { provider }),
  };

  const migration = new Migration(named("migration"), platform, { provider });
  const after = [migration.migrated];
  const api = new Api(named("api"), { platform, after }, { provider });
  const apiSecurityGroupId = api.loadBalancer.securityGroup.id;
  const console = new Console(named("console"), { platform, apiSecurityGroupId, after }, { provider });

  return publish(applicationContract, {
    installation,
    clusterName: cluster.cluster.name,
    imageTag: config.imageTag,
    api: serviceOutputs(hosts.api, api),
    console: serviceOutputs(hosts.console, console),
    jobs: api.jobs && workerOutputs(api.jobs),
    migration: taskOutputs(migration.task),
    certificateArn: platform.certificateArn,
    internal: config.internal,
    dualStack: config.dualStack,
    allowedCidrBlocks: config.allowedCidrBlocks,
    allowedPrefixListIds: config.allowedPrefixListIds,
    vpcId: upstream.network.vpcId,
  });
});
