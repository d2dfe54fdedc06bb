import * as pulumi from "@pulumi/pulumi";
import {
  applicationContract,
  awsProvider,
  dnsContract,
  known,
  logicalName,
  program,
  publish,
  readConfig,
  readLayer,
  refuse,
  standardTags,
} from "@selfhosted/common";
import { rules, settings } from "./config";
import { HealthChecks } from "./health-checks";
import { hostsOf, misfits } from "./hosts";
import { Records } from "./records";
import { findZone, ZoneAssociations } from "./zone";

export = program(async () => {
  const config = readConfig(settings, rules);
  const stack = pulumi.getStack();
  const application = await known(pulumi.output(readLayer(applicationContract, config.applicationStack)));
  const { installation, internal } = application;
  const name = (thing: string): string => logicalName(installation.name, stack, thing);

  const provider = awsProvider(name("provider"), {
    region: installation.region,
    // In another account, the one that the role belongs to.
    accountId: config.assumeRoleArn?.split(":")[4] ?? installation.accountId,
    assumeRoleArn: config.assumeRoleArn,
    tags: standardTags({ name: installation.name, layer: "dns", stack, extra: installation.tags }),
  });

  const zone = await findZone(
    {
      id: config.zoneId,
      name: config.zoneName,
      private: config.zoneType === undefined ? internal : config.zoneType === "private",
      vpcId: application.vpcId,
    },
    { provider },
  );
  const hosts = hostsOf(application, config.bareDomain);
  refuse(misfits(config, zone, hosts, internal));

  const records = new Records(
    name("records"),
    { zoneId: zone.id, hosts, dualStack: application.dualStack, overwrite: config.overwriteRecords },
    { provider },
  );
  if (config.zoneVpcIds.length > 0) {
    new ZoneAssociations(name("zone"), { zoneId: zone.id, vpcIds: config.zoneVpcIds }, { provider });
  }
  const healthChecks = config.healthChecks ? new HealthChecks(name("health"), { hosts }, { provider }) : undefined;

  return publish(dnsContract, {
    apiUrl: `https://${application.api.domain}`,
    consoleUrl: `https://${application.console.domain}`,
    zoneId: zone.id,
    zoneRoleArn: config.assumeRoleArn,
    records: records.names,
    healthCheckIds: healthChecks?.ids,
  });
});
