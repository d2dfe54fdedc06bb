/** What `separate/runbooks.test.ts` doesn't type of the runbooks, by page, heading and beginning, each with the reason. */
export const notTyped: Record<string, string> = {
  "backup.md, A backup failed: aws backup list-": "the emulated account has no list of the jobs of AWS Backup",
  "backup.md, Restore: (cd dns": "restore.test.ts types it, and the next, where there are two environments",
  "backup.md, Restore: make init": "restore.test.ts, with its own answers",
  "backup.md, Restore: make restore": "restore.test.ts",
  "destroy.md, Remove an installation: for kind": "the buckets for what is kept are the reader's own",
  "install.md, By hand: ": "init.test.ts",
  "install.md, Configure: make init": "it asks; typed with ANSWERS here, and by real-account.test.ts",
  "install.md, Images: make images": "real-account.test.ts, which has a registry",
  "keys.md, A key is disabled or will be deleted: aws cloudtrail": "the emulated account keeps no trail of events",
  "region.md, Copy what is there already: ": "the emulated account has no batch operations of S3",
  "region.md, Prepare, while all is well: ": "data-options.test.ts deploys replication and copies of backups",
  "region.md, When it is down: ": "the emulated account has a network in one region alone",
  "upgrade.md, Upgrade to a new release: make images": "real-account.test.ts, which has a registry",
};
