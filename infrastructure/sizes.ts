import { Installation } from "@selfhosted/common";

/** What a size stands for; each number has a setting of its own that goes before it. */
export interface Size {
  databaseInstanceClass: string;
  /** Aurora capacity units (about 2 GB memory each) of a serverless database. */
  databaseCapacity: { min: number; max: number };
  searchInstanceType: string;
  searchMasterCount: 0 | 3;
  /** GB for each data node. */
  searchVolumeGb: number;
}

/**
 * Memory-optimised Graviton classes from 16 GB up, as the vendor asks for production. They exist in every partition.
 * Performance Insights wants a serverless database to have at least 2 units.
 */
export const sizes: Record<Installation["size"], Size> = {
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
