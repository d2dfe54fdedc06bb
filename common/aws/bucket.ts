import type { AwsClients } from "./clients";

/** A bucket that exists, in whichever account. */
interface FoundBucket {
  region: string;
  /** Whether the caller may see it. */
  isReadable: boolean;
}

/**
 * The region of a bucket, also where it is in another account: S3 names the region in its refusal too.
 *
 * @param clientRegion the region of the client.
 * @throws the error of S3, such as 404 where there is no such bucket.
 */
export async function findBucket(s3: AwsClients["s3"], bucket: string, clientRegion: string): Promise<FoundBucket> {
  try {
    const { BucketRegion: region = clientRegion } = await s3.headBucket({ Bucket: bucket });
    return { region, isReadable: true };
  } catch (error) {
    const { $metadata: { httpStatusCode: status } = {}, $response: { headers = {} } = {} } = error as S3Error;
    const region = headers["x-amz-bucket-region"] ?? clientRegion;
    if (status === 403) {
      return { region, isReadable: false };
    }
    if (status !== 404 && region !== clientRegion) {
      return { region, isReadable: true };
    }
    throw error;
  }
}

/** What the SDK keeps of an answer without a body. */
interface S3Error {
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}
