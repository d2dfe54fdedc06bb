import { type AwsClients, type DataBuckets, dataKinds, type InfrastructureOutputs } from "@selfhosted/common";
import { daysOfOldVersions } from "../aws/buckets";
import { expiryOf } from "../aws/old-versions";
import type { Snapshot } from "./snapshot";

/** Days for which all of the buckets keep what was overwritten or deleted. */
export async function shortestRetention({ s3 }: AwsClients, buckets: DataBuckets): Promise<number> {
  return Math.min(...(await Promise.all(dataKinds.map((kind) => daysOfOldVersions(s3, buckets[kind])))));
}

/** The last day on which the objects of a moment are all there. */
export function completeUntil(moment: Date, days: number): string {
  const expiry = expiryOf(moment, days);
  return expiry === undefined ? "for good" : `until ${expiry.toISOString().slice(0, 10)}`;
}

/** What a backup is made of, and how to restore it. */
export function describeBackup(
  { name, takenAt = new Date(), release, keyArn }: Snapshot,
  { buckets, serviceKeyArn }: Pick<InfrastructureOutputs, "buckets" | "serviceKeyArn">,
  days: number,
): string {
  return [
    `\nBackup ${name} of ${takenAt.toISOString().slice(0, 19)}Z, release ${release}. It is one unit with what it doesn't hold:`,
    `  the objects of that moment, ${completeUntil(takenAt, days)}: old versions in ${dataKinds.map((kind) => buckets[kind]).join(", ")}`,
    `  your service key, with which the service encrypted what is in both: ${serviceKeyArn}`,
    `  the data key, which encrypts both: ${keyArn}`,
    `Without any of them it can't be restored. To restore it into a new environment:`,
    `  make restore ENV=new FROM=${name}`,
  ].join("\n");
}
