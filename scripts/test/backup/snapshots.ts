import type { Snapshot } from "../../backup/snapshot";

const arn = "arn:aws:kms:eu-central-1:111122223333:key";

/** A backup of `prod` that can be restored. */
export function snapshot(others: Partial<Snapshot> = {}): Snapshot {
  return {
    name: "pulumi-prod-backup-20260105100000",
    purpose: "backup",
    status: "available",
    takenAt: new Date("2026-01-05T10:00:00Z"),
    engineVersion: "8.0.mysql_aurora.3.10.4",
    sizeGiB: 12,
    username: "pulumi_admin",
    keyArn: `${arn}/data`,
    stack: "prod",
    release: "20260105-317-signed",
    migratedFor: undefined,
    buckets: { checkpoint: "checkpoint", policy: "policy", metadata: "metadata", events: "events" },
    serviceKeyArn: `${arn}/service`,
    copyOf: undefined,
    ...others,
  };
}
