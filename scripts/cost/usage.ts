/** What no resource says: how much an installation is assumed to hold, and to do in a month. */
export const assumed = {
  /** GB in the database. */
  databaseGb: 100,
  /** Million I/O requests of the database. */
  databaseIo: 100,
  /** GB of backups beyond those that are free, which are as many as the database has. */
  databaseBackupGb: 100,
  /**
   * Million change records that `databaseBacktrackHours` keeps at any time: what 2 million writes to the buckets in a month, with some ten
   * changes in the database for each, come to in a day and a half.
   */
  databaseChanges: 1,
  /** GB of objects in all buckets, with their old versions. */
  bucketGb: 200,
  /** GB that are written in a month, and so copied where there are copies in another region. */
  bucketGbWritten: 20,
  /** Million requests to all buckets. */
  bucketWrites: 2,
  bucketReads: 10,
  /** GB of logs that are written, and those that are kept. */
  logsWrittenGb: 20,
  logsKeptGb: 60,
  /** Of each load balancer: capacity units, and GB to the internet where it faces it. */
  loadBalancerUnits: 0.5,
  transferOutGb: 50,
  /** GB through all endpoints. */
  endpointGb: 100,
};
