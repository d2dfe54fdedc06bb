import type { S3 } from "@aws-sdk/client-s3";
import type { Version } from "./versions";

/**
 * What S3 copies in one request, in bytes, and how many parts an object may have:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const largestCopy = 5_000_000_000;
const mostParts = 10_000;

const partSize = 512 * 1024 * 1024;

/** Copies a version within S3 with its metadata and tags. The other bucket's own key encrypts it. */
export async function copyVersion(s3: S3, from: string, version: Version, to: string): Promise<void> {
  const CopySource = `${from}/${encodeURIComponent(version.key)}?versionId=${version.versionId}`;
  if (version.size <= largestCopy) {
    await s3.copyObject({ Bucket: to, Key: version.key, CopySource });
  } else {
    await copyParts(s3, from, version, to, CopySource);
  }
}

/** A copy in parts begins as a new object: metadata and tags are given to it. */
async function copyParts(s3: S3, from: string, version: Version, to: string, CopySource: string): Promise<void> {
  const { key: Key, versionId: VersionId, size } = version;
  const source = { Bucket: from, Key, VersionId };
  const [head, { TagSet = [] }] = await Promise.all([s3.headObject(source), s3.getObjectTagging(source)]);
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = head;
  const tags = TagSet.map(({ Key = "", Value = "" }): [string, string] => [Key, Value]);
  const { UploadId } = await s3.createMultipartUpload({
    ...{ Bucket: to, Key, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata },
    ...(tags.length > 0 && { Tagging: new URLSearchParams(tags).toString() }),
  });
  const upload = { Bucket: to, Key, UploadId };
  try {
    const Parts = [];
    for (const [index, CopySourceRange] of ranges(size).entries()) {
      const PartNumber = index + 1;
      const { CopyPartResult } = await s3.uploadPartCopy({ ...upload, PartNumber, CopySource, CopySourceRange });
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    await s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
  } catch (error) {
    // What was copied of it would be kept, and paid for, unseen.
    await s3.abortMultipartUpload(upload).catch(() => undefined);
    throw error;
  }
}

/** The parts of an object, such as `bytes=0-536870911`. */
export function ranges(size: number): string[] {
  const step = Math.max(partSize, Math.ceil(size / mostParts));
  return Array.from({ length: Math.ceil(size / step) }, (_, index) => {
    return `bytes=${index * step}-${Math.min((index + 1) * step, size) - 1}`;
  });
}
