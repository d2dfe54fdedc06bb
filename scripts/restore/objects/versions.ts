/** A version of an object, or a delete marker. */
export interface Version {
  key: string;
  versionId: string;
  /** When it was written, in whole seconds. S3 gives a multipart upload the moment at which it was begun. */
  writtenAt: Date;
  isMarker: boolean;
  size: number;
}

/**
 * The version of an object that was current at a moment; undefined where there was none, or it was deleted.
 *
 * S3 doesn't say which was later of an object and a delete marker of the same second: then the object is kept.
 *
 * @param versions all of one key, the newest first.
 */
export function currentAt(versions: Version[], moment: Date): Version | undefined {
  const [newest] = versions
    .filter(({ writtenAt }) => writtenAt <= moment)
    .sort((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime() || Number(a.isMarker) - Number(b.isMarker));
  return newest?.isMarker ? undefined : newest;
}
