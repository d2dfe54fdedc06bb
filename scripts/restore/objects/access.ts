import type { S3 } from "@aws-sdk/client-s3";

/** Whether a bucket holds anything, or has held it: old versions and delete markers count too. */
export async function hasVersions(s3: S3, Bucket: string): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket, MaxKeys: 1 });
  return Versions.length + DeleteMarkers.length > 0;
}

/**
 * Reads as much as shows that what a bucket keeps can be copied: a page of its versions, and one byte of one of them, which its key
 * decrypts.
 *
 * @throws the error of S3 where it can't.
 */
export async function tryReading(s3: S3, Bucket: string): Promise<void> {
  const { Versions = [] } = await s3.listObjectVersions({ Bucket });
  const { Key, VersionId } = Versions.find(({ Size = 0 }) => Size > 0) ?? {};
  if (Key !== undefined) {
    const { Body } = await s3.getObject({ Bucket, Key, VersionId, Range: "bytes=0-0" });
    await Body?.transformToByteArray();
  }
}
