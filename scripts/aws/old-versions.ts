import type { S3 } from "@aws-sdk/client-s3";
import { explain } from "../report";
import { daysOfOldVersions } from "./buckets";

const dayMs = 24 * 60 * 60 * 1000;

/** How a bucket keeps what was overwritten or deleted. */
export interface OldVersions {
  isVersioned: boolean;
  /** Days for which it keeps them. */
  days: number;
  /** Why it can't be read. */
  unread?: string;
}

export async function oldVersionsOf(s3: S3, Bucket: string): Promise<OldVersions> {
  try {
    const [{ Status }, days] = await Promise.all([s3.getBucketVersioning({ Bucket }), daysOfOldVersions(s3, Bucket)]);
    return { isVersioned: Status === "Enabled", days };
  } catch (error) {
    return { isVersioned: false, days: 0, unread: explain(error, `bucket ${Bucket}`) };
  }
}

/** When objects of a moment begin to expire; undefined where they never do. */
export function expiryOf(moment: Date, days: number): Date | undefined {
  return days === Infinity ? undefined : new Date(moment.getTime() + days * dayMs);
}

export function isExpired(moment: Date, days: number, now: Date): boolean {
  return now.getTime() - moment.getTime() > days * dayMs;
}
