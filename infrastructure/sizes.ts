import { Installation } from "@selfhosted/common";
import { DatabaseConfig } from "./settings/database";
import { SearchConfig } from "./settings/search";

/** What a size stands for; each number has a setting of its own that goes before it. */
interface Size {
  databaseInstanceClass: string;
  /** Aurora capacity units (about 2 GB memory each) of a serverless database. */
  databaseCapacity: { min: number; max: number };
  searchInstanceType: string;
  searchMasterCount: 0 | 3;
  /** GB for each data node. */
  searchVolumeGb: number;
}

/** Settings together with the size that their defaults follow. */
export type Sized<C> = C & { size: Installation["size"] };

/**
 * Memory-optimised Graviton classes from 16 GB up, as the vendor asks for production. They exist in every partition, and nearly
 * everywhere: il-central-1 lacks db.r6g, ap-east-2 and ap-southeast-6 and -7 lack m6g and r6g for OpenSearch. No other family
 * is everywhere either, so what a region lacks is refused with what it has. Performance Insights wants a serverless database to have at least 2 units.
 */
const sizes: Record<Installation["size"], Size> = {
  small: {
    databaseInstanceClass: "db.r6g.large",
    databaseCapacity: { min: 2, max: 16 },
    searchInstanceType: "t3.medium.search",
    searchMasterCount: 0,
    searchVolumeGb: 20,
  },
  medium: {
    databaseInstanceClass: "db.r6g.xlarge",
    databaseCapacity: { min: 4, max: 32 },
    searchInstanceType: "m6g.large.search",
    searchMasterCount: 3,
    searchVolumeGb: 50,
  },
  large: {
    databaseInstanceClass: "db.r6g.4xlarge",
    databaseCapacity: { min: 8, max: 128 },
    searchInstanceType: "r6g.large.search",
    searchMasterCount: 3,
    searchVolumeGb: 100,
  },
};

/** Class of the database's instances: the configured one, or that of the size. */
export function databaseInstanceClass(
  config: Sized<Pick<DatabaseConfig, "databaseServerless" | "databaseInstanceClass">>,
): string {
  return config.databaseServerless
    ? "db.serverless"
    : (config.databaseInstanceClass ?? sizes[config.size].databaseInstanceClass);
}

/** Bounds of a serverless instance in Aurora capacity units: the configured ones, or those of the size. */
export function databaseCapacity(
  config: Sized<Pick<DatabaseConfig, "databaseMinCapacity" | "databaseMaxCapacity">>,
): Size["databaseCapacity"] {
  const { min, max } = sizes[config.size].databaseCapacity;
  return { min: config.databaseMinCapacity ?? min, max: config.databaseMaxCapacity ?? max };
}

/** Type of the data nodes, and the disk of each in GB. */
export function searchNodes(config: Sized<Pick<SearchConfig, "searchInstanceType" | "searchVolumeGb">>): {
  type: string;
  volumeGb: number;
} {
  const { searchInstanceType, searchVolumeGb } = sizes[config.size];
  return {
    type: config.searchInstanceType ?? searchInstanceType,
    volumeGb: config.searchVolumeGb ?? searchVolumeGb,
  };
}

/** Number of dedicated master nodes: the configured one, or that of the size. */
export function searchMasters(config: Sized<Pick<SearchConfig, "searchMasterCount">>): number {
  return Number(config.searchMasterCount ?? sizes[config.size].searchMasterCount);
}
