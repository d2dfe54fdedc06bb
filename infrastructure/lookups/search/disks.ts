import type { StorageType } from "@aws-sdk/client-opensearch";
import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  lookUpIfAllowed,
  nothingToCheck,
  problemIf,
  resultOf,
  setCommand,
} from "@selfhosted/common";
import type { Config } from "../../config";
import type { Domain } from "./domain";

/** AWS takes disks of that size for the data nodes. */
export function lookUpDisk(
  config: Config,
  search: AwsClients["search"],
  domain: () => Promise<Domain | undefined>,
  offers: Promise<Check>,
  data: Promise<Check<string>>,
): Promise<Check> {
  const key = "searchVolumeGb";
  return lookUpIfAllowed({ name: "search disks", key, what: "the limits of the instance types" }, async () => {
    const { searchInstanceType: type, [key]: disk } = config;
    const existing = await domain();
    const isKept = existing?.types.searchInstanceType === type && existing.volumeGb === disk;
    // A rule checks the disks of t3; a type that isn't offered has none.
    if (isKept || type.startsWith("t3.") || (await data).problems.length > 0) {
      return nothingToCheck;
    }
    await resultOf(offers);
    const storages = await storagesOf(search, config.searchEngineVersion, type);
    const gp3 = storages.find(({ StorageSubTypeName: kind }) => kind === "gp3");
    if (gp3 === undefined && storages.length > 0) {
      return { problems: [withoutDisk(type, storages)] };
    }
    const limits = diskLimits(gp3);
    if (limits === undefined) {
      return { skipped: `AWS gives no limits of gp3 disks for ${type}` };
    }
    const { least, most } = limits;
    const fix = setCommand(key, disk < least ? least : most);
    return {
      detail: `${disk} GB; ${type} takes ${least} to ${most}`,
      problems: problemIf(least > disk || disk > most, {
        key,
        reason: `found ${disk}; allowed: ${least} to ${most} for ${type}`,
        fix,
      }),
    };
  });
}

/** What data nodes of a type can store on; empty where AWS doesn't say. */
async function storagesOf(search: AwsClients["search"], EngineVersion: string, type: string): Promise<StorageType[]> {
  const request = { EngineVersion, InstanceType: type as "m6g.large.search" };
  const { LimitsByRole: byRole = {} } = await search.describeInstanceTypeLimits(request);
  return byRole["data"]?.StorageTypes ?? [];
}

/** A type such as i3 stores on disks of its own; the domain is made with EBS volumes of type gp3. */
function withoutDisk(type: string, storages: StorageType[]): ConfigProblem {
  const kinds = storages.map(({ StorageTypeName: name, StorageSubTypeName: kind }) => kind ?? name).join(", ");
  return {
    key: "searchInstanceType",
    reason: `found ${type}, which takes no EBS volumes of type gp3, those of the domain, but ${kinds}`,
    fix: "take a type with EBS volumes, such as r6g.large.search",
  };
}

/** Sizes of a disk in GB; undefined where AWS doesn't give them. */
function diskLimits(storage: StorageType | undefined): { least: number; most: number } | undefined {
  const limit = (which: string): number | undefined => {
    const [value] = storage?.StorageTypeLimits?.find(({ LimitName }) => LimitName === which)?.LimitValues ?? [];
    return value === undefined ? undefined : Number(value);
  };
  const [least, most] = [limit("MinimumVolumeSize"), limit("MaximumVolumeSize")];
  return least === undefined || most === undefined ? undefined : { least, most };
}
