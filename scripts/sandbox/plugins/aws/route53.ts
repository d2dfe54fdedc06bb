import type { GetZoneArgs } from "@pulumi/aws/route53";
import type { DataSource, Service } from "../resource";
import type { Account } from "./account";
import { exactlyOne } from "./errors";
import { healthCheckType } from "./route53-health-check";
import { recordType } from "./route53-record";
import {
  bareName,
  bareZoneId,
  describeZone,
  listZones,
  readTags,
  zoneAssociationType,
  zoneOutputs,
  zoneType,
} from "./route53-zone";
import { taggable } from "./tags";

const getZone: DataSource<Account, GetZoneArgs> = {
  async read({ name, privateZone = false, tags = {}, vpcId, zoneId }, account) {
    const wanted = zoneId
      ? [{ Id: zoneId }]
      : (await listZones(account)).filter((zone) => bareName(zone.Name) === bareName(name));
    const described = await Promise.all(wanted.map(({ Id }) => describeZone(bareZoneId(Id), account)));
    const fitting = described.filter((zone) => {
      if (!zone || zoneId) return zone;
      const isPrivate = zone.Config?.PrivateZone ?? false;
      return (
        isPrivate === (privateZone || vpcId !== undefined) && (!vpcId || zone.vpcs.some(({ VPCId }) => VPCId === vpcId))
      );
    });
    const tagged = await Promise.all(
      fitting.map(async (zone) => ({ zone, tags: await readTags("hostedzone", bareZoneId(zone?.Id), account) })),
    );
    const matching = tagged.filter(({ tags: own }) => Object.entries(tags).every(([key, value]) => own[key] === value));
    const kind = privateZone || vpcId ? "private" : "public";
    const found = exactlyOne(matching, zoneId ? `hosted zone ${zoneId}` : `${kind} hosted zone ${name}`);
    const id = bareZoneId(found.zone?.Id);
    return {
      ...(found.zone && zoneOutputs(found.zone)),
      arn: `arn:${account.partition}:route53:::hostedzone/${id}`,
      callerReference: found.zone?.CallerReference,
      id,
      privateZone: found.zone?.Config?.PrivateZone ?? false,
      resourceRecordSetCount: found.zone?.ResourceRecordSetCount,
      tags: found.tags,
    };
  },
};

/** Hosted zones, their records, and health checks. */
export const service: Service<Account> = {
  resources: {
    "aws:route53/healthCheck:HealthCheck": taggable(healthCheckType),
    "aws:route53/record:Record": recordType,
    "aws:route53/zone:Zone": taggable(zoneType),
    "aws:route53/zoneAssociation:ZoneAssociation": zoneAssociationType,
  },
  dataSources: { "aws:route53/getZone:getZone": getZone },
};
