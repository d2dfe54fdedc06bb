import type { ListObjectVersionsOutput, S3 } from "@aws-sdk/client-s3";
import { causeOf } from "../../report";
import { copyVersion } from "./copy";
import { currentAt, type Version } from "./versions";

/** Copies at once: S3 takes thousands of requests a second for a prefix. */
const atOnce = 20;

export interface ObjectsArgs {
  from: string;
  to: string;
  moment: Date;
}

/** How far the copying of a bucket is. */
export interface Progress {
  copied: number;
  /** That the bucket has already, or has had. */
  there: number;
}

/**
 * Copies the objects of a bucket as they were at a moment. What the other bucket has or has had under the same key stays as it is there, so
 * that this can be run again.
 */
export async function copyObjects(s3: S3, { from, to, moment }: ObjectsArgs, progress: Progress): Promise<void> {
  const there = new Set<string>();
  for await (const [{ key }] of objectsOf(s3, to)) {
    there.add(key);
  }
  const wanted = versionsAt(s3, from, moment);
  const worker = async (): Promise<void> => {
    for (let next = await wanted.next(); !next.done; next = await wanted.next()) {
      if (there.has(next.value.key)) {
        progress.there += 1;
      } else {
        await copyVersion(s3, from, next.value, to).catch((error: unknown) => {
          throw new Error(`${next.value?.key} of ${from} couldn't be copied: ${causeOf(error)}`);
        });
        progress.copied += 1;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    // Where one failed, the others end with what they are at.
    await wanted.return(undefined);
  }
}

/** The version of each object that was current at a moment. */
async function* versionsAt(s3: S3, bucket: string, moment: Date): AsyncGenerator<Version, undefined> {
  for await (const versions of objectsOf(s3, bucket)) {
    const current = currentAt(versions, moment);
    if (current !== undefined) {
      yield current;
    }
  }
  return undefined;
}

/** All versions of one object after the other, the newest first. S3 lists them by their keys; those of the last one may go on overleaf. */
async function* objectsOf(s3: S3, Bucket: string): AsyncGenerator<[Version, ...Version[]]> {
  const open = new Map<string, [Version, ...Version[]]>();
  for await (const page of pagesOf(s3, Bucket)) {
    const found = [...(page.Versions ?? []).map(versionOf), ...(page.DeleteMarkers ?? []).map(markerOf)];
    for (const version of found) {
      const others = open.get(version.key);
      if (others === undefined) {
        open.set(version.key, [version]);
      } else {
        others.push(version);
      }
    }
    for (const [key, versions] of open) {
      if (!page.IsTruncated || key !== page.NextKeyMarker) {
        open.delete(key);
        yield versions;
      }
    }
  }
}

async function* pagesOf(s3: S3, Bucket: string): AsyncGenerator<ListObjectVersionsOutput> {
  let page: ListObjectVersionsOutput = {};
  do {
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    page = await s3.listObjectVersions({ Bucket, KeyMarker, VersionIdMarker });
    yield page;
  } while (page.IsTruncated);
}

interface Listed {
  Key?: string | undefined;
  VersionId?: string | undefined;
  LastModified?: Date | undefined;
  Size?: number | undefined;
}

function versionOf({ Key = "", VersionId = "", LastModified = new Date(NaN), Size = 0 }: Listed): Version {
  return { key: Key, versionId: VersionId, writtenAt: LastModified, isMarker: false, size: Size };
}

function markerOf(listed: Listed): Version {
  return { ...versionOf(listed), isMarker: true };
}
