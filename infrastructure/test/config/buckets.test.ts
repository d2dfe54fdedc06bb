import { elsewhere, itRefuses, key } from "./problems";

describe("A configuration of the buckets with a mistake", () => {
  itRefuses([
    [
      "a bucket in capitals",
      { bucketCheckpointName: "Mine" },
      /bucketCheckpointName: found "Mine"; allowed: the name of an/,
    ],
    [
      "one bucket for two kinds",
      { bucketCheckpointName: "mine", bucketPolicyName: "mine" },
      /bucketPolicyName: found mine, which is also bucketCheckpointName/,
    ],
    [
      "a key without a bucket of your own",
      { bucketKeyArns: key },
      /bucketKeyArns: has no effect without a data bucket of your own.*\n fix: pulumi config rm bucketKeyArns$/,
    ],
    [
      "a key of your own bucket in another region",
      { bucketCheckpointName: "mine", bucketKeyArns: elsewhere },
      /^bucketKeyArns: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
    ],
    [
      "a retention in your own bucket for logs",
      { bucketLogsName: "mine", bucketLogRetentionDays: 30 },
      /^bucketLogRetentionDays: set beside bucketLogsName, which is yours to empty/,
    ],
    [
      "old versions in buckets that are all your own",
      {
        bucketCheckpointName: "mine-1",
        bucketPolicyName: "mine-2",
        bucketMetadataName: "mine-3",
        bucketEventsName: "mine-4",
        bucketLogsName: "mine-5",
        bucketNoncurrentDays: 7,
      },
      /^bucketNoncurrentDays: has no effect: all buckets are yours\n/,
    ],
    [
      "an S3 action on buckets, which does nothing for objects",
      { bucketExtraActions: "s3:DeleteBucket" },
      /^bucketExtraActions: found "s3:DeleteBucket", .*; allowed: .*S3 actions on objects/,
    ],
    [
      "an S3 action that there isn't",
      { bucketExtraActions: "s3:GetObjectVersionn" },
      /^bucketExtraActions: found "s3:GetObjectVersionn", .*\n fix: pulumi config set bucketExtraActions s3:GetObjectVersion$/,
    ],
    [
      "an S3 action that the service has anyway",
      { bucketExtraActions: "s3:GetObject,s3:GetObjectTagging" },
      /^bucketExtraActions: found s3:GetObject, which the service may do .*\n fix: .*bucketExtraActions s3:GetObjectTagging$/,
    ],
    [
      "a key of the bucket for logs, which is encrypted by S3",
      { bucketLogsName: "mine", bucketKeyArns: key },
      /^bucketKeyArns: has no effect without a data bucket of your own/,
    ],
    [
      "all S3 actions",
      { bucketExtraActions: "s3:*" },
      /bucketExtraActions: found "s3:\*", .*; allowed: .*each by its full name/,
    ],
    ["a lock mode without days", { bucketObjectLockMode: "COMPLIANCE" }, /bucketObjectLockMode: has no effect without/],
    [
      "a lock on a bucket of your own",
      { bucketObjectLockDays: 5, bucketCheckpointName: "mine" },
      /bucketObjectLockDays: is for the installation's own bucket/,
    ],
    [
      "copies in the same region",
      { bucketReplicationRegion: "eu-central-1" },
      /bucketReplicationRegion: found eu-central-1, the/,
    ],
    [
      "copies in a region that is misspelt",
      { bucketReplicationRegion: "eu-wst-1" },
      /^bucketReplicationRegion: found "eu-wst-1"; .*\n fix: pulumi config set bucketReplicationRegion eu-west-1$/,
    ],
    [
      "copies in another partition",
      { bucketReplicationRegion: "us-gov-west-1" },
      /^bucketReplicationRegion: found us-gov-west-1, in the partition aws-us-gov; allowed: a region in that of eu-central-1, aws$/,
    ],
    [
      "copies of a bucket of your own",
      {
        bucketReplicationRegion: "eu-west-1",
        bucketCheckpointName: "mine-1",
        bucketPolicyName: "mine-2",
        bucketMetadataName: "mine-3",
        bucketEventsName: "mine-4",
      },
      /^bucketReplicationRegion: has no effect: all data buckets are yours, and yours to copy/,
    ],
    [
      "a key for copies in another partition",
      { bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: elsewhere.replace("aws", "aws-cn") },
      /^bucketReplicationKeyArn: found .*; eu-west-1 is in the partition aws, where/,
    ],
    [
      "a key for copies in the wrong region",
      { bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: key },
      /bucketReplicationKeyArn: found .*, which is in eu-central-1; allowed: one in eu-west-1/,
    ],
    ["a key for copies alone", { bucketReplicationKeyArn: key }, /bucketReplicationKeyArn: has no effect without/],
  ]);
});
