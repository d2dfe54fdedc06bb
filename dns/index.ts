import * as pulumi from "@pulumi/pulumi";
import {
  applicationContract,
  awsClients,
  awsProvider,
  contextOf,
  dnsContract,
  foundConfig,
  ifKnown,
  overrideResources,
  parseArn,
  program,
  readOutputs,
  stackOutputs,
  throwIfInvalid,
} from "@selfhosted/common";
import { applicationStack, readConfig } from "./config";
import { HealthChecks } from "./health-checks";
import { hostsOf } from "./hosts";
import { lookUpAccount } from "./lookups";
import { QueryLogging, Records, ZoneAssociations } from "./zone";

export = program(async () => {
  const stack = pulumi.getStack();
  const found = foundConfig();
  const above = await readOutputs(applicationContract, applicationStack(found, pulumi.getOrganization(), stack));
  const { inputs, problems } = readConfig(found, above.outputs);
  const aws = awsClients({ region: ifKnown(() => above.outputs.installation.region) ?? "" });
  const { checks, zone } = await lookUpAccount(inputs, { stack, aws });
  await throwIfInvalid([...above.problems, ...problems, ...checks.flatMap((check) => check.problems)]);
  if (zone === undefined) {
    throw new Error("There is no zone, but no problem was reported.");
  }

  const { config, upstream } = inputs;
  const { installation } = upstream;
  const context = contextOf("dns", { installation, stack });
  const { name, tags } = context;
  const warnOfUnused = overrideResources(config.resourceOverrides, context);
  const provider = awsProvider(name("provider"), {
    region: installation.region,
    // In another account, the one that the role belongs to.
    accountId: parseArn(config.assumeRoleArn ?? "")?.account ?? installation.accountId,
    assumeRoleArn: config.assumeRoleArn,
    tags,
  });

  const hosts = hostsOf(upstream, config.bareDomain);
  const records = new Records(
    name("records"),
    { zoneId: zone.id, hosts, dualStack: upstream.dualStack, overwrite: config.overwriteRecords },
    { provider },
  );
  if (config.zoneVpcIds.length > 0) {
    new ZoneAssociations(name("zone"), { zoneId: zone.id, vpcIds: config.zoneVpcIds }, { provider });
  }
  if (config.queryLogGroupArn !== undefined) {
    const logging = { zoneId: zone.id, logGroupArn: config.queryLogGroupArn };
    new QueryLogging(name("queries"), logging, { provider });
  }
  const healthChecks = config.healthChecks ? new HealthChecks(name("health"), { hosts }, { provider }) : undefined;

  await warnOfUnused();
  return stackOutputs(dnsContract, {
    apiUrl: `https://${upstream.api.domain}`,
    consoleUrl: `https://${upstream.console.domain}`,
    zoneId: zone.id,
    zoneRoleArn: config.assumeRoleArn,
    records: records.names,
    healthCheckIds: healthChecks?.ids,
  });
});
