import {
  applicationContract,
  awsProvider,
  clusterName,
  known,
  logicalName,
  program,
  publish,
  refuse,
  standardTags,
  surroundings,
} from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import { Api } from "./api";
import { certificateArn } from "./certificate";
import { Cluster } from "./cluster";
import { readInputs } from "./config";
import { Console } from "./console";
import { hosts as hostsOf } from "./hosts";
import { images } from "./images";
import { lookUpInsights } from "./insights";
import { Migration } from "./migration";
import { serviceOutputs, taskOutputs, workerOutputs } from "./outputs";

export = program(async () => {
  const { config, upstream } = await readInputs();
  const { installation } = upstream;
  const stack = pulumi.getStack();
  const named = (thing: string): string => logicalName(installation.name, stack, thing);

  const tags = standardTags({ name: installation.name, layer: "application", stack, extra: installation.tags });
  const provider = awsProvider(named("application"), {
    region: installation.region,
    accountId: installation.accountId,
    tags,
  });
  const where = await known(surroundings({ provider }));
  const physicalName = clusterName(installation.name, stack);
  refuse(await lookUpInsights({ config, clusterName: physicalName, tags }, { provider }));
  const hosts = hostsOf(config);

  const cluster = new Cluster(
    named("cluster"),
    {
      clusterName: physicalName,
      containerInsights: config.containerInsights,
      execEnabled: config.execEnabled,
      dataKeyArn: upstream.dataKeyArn,
      logRetentionDays: Number(config.logRetentionDays),
      spot: config.consoleSpot,
    },
    { provider },
  );
  const platform = {
    ...{ config, upstream, hosts, where, cluster },
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
    vpcId: upstream.network.vpcId,
  });
});
