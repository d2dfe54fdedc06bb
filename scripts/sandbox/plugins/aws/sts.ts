import { DescribeAvailabilityZonesCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { GetAvailabilityZonesArgs } from "@pulumi/aws";
import type { DataSource, Service } from "../resource";
import type { Account } from "./account";
import { filters } from "./ec2-common";

const getCallerIdentity: DataSource<Account> = {
  read: (_args, { accountId, callerArn, userId }) => ({ id: accountId, accountId, arn: callerArn, userId }),
};

const getPartition: DataSource<Account> = {
  read: (_args, { partition, dnsSuffix }) => ({
    id: partition,
    partition,
    dnsSuffix,
    reverseDnsPrefix: dnsSuffix.split(".").reverse().join("."),
  }),
};

const getRegion: DataSource<Account> = {
  read: (_args, { region, dnsSuffix }) => ({
    id: region,
    name: region,
    region,
    endpoint: `ec2.${region}.${dnsSuffix}`,
  }),
};

const getAvailabilityZones: DataSource<Account, GetAvailabilityZonesArgs> = {
  async read({ filters: search, state, allAvailabilityZones, excludeNames = [], excludeZoneIds = [] }, account) {
    const request = { Filters: filters({ filters: search }, { state }), AllAvailabilityZones: allAvailabilityZones };
    const found = await account.client(EC2Client).send(new DescribeAvailabilityZonesCommand(request));
    const zones = (found.AvailabilityZones ?? []).filter(
      ({ ZoneName = "", ZoneId = "" }) => !excludeNames.includes(ZoneName) && !excludeZoneIds.includes(ZoneId),
    );
    return {
      id: account.region,
      names: zones.map(({ ZoneName }) => ZoneName),
      zoneIds: zones.map(({ ZoneId }) => ZoneId),
      groupNames: [...new Set(zones.map(({ GroupName }) => GroupName ?? account.region))],
    };
  },
};

/** Who calls, and where. */
export const service: Service<Account> = {
  resources: {},
  dataSources: {
    "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
    "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
    "aws:index/getPartition:getPartition": getPartition,
    "aws:index/getRegion:getRegion": getRegion,
  },
};
