import type { Values } from "@selfhosted/common/testing";
import { list } from "./conversions";

/** Resources that are properties of a bucket there. */
export const partsOfBucket: Record<string, (inputs: Values) => Values> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ rules }) => ({
    lifecycleConfiguration: {
      rules: list(rules).map(({ filter, expiration, ...rest }) => ({
        ...rest,
        ...(filter as Values),
        ...expirationOf(expiration as Values | undefined),
      })),
    },
  }),
  "aws:s3/bucketLogging:BucketLogging": ({ targetBucket, targetPrefix }) => ({
    loggingConfiguration: { destinationBucketName: targetBucket, logFilePrefix: targetPrefix },
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ({ rule }) => ({ ownershipControls: { rules: [rule] } }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ bucket: _, ...inputs }) => ({
    publicAccessBlockConfiguration: inputs,
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({ rules }) => ({
    bucketEncryption: {
      serverSideEncryptionConfiguration: list(rules).map(({ applyServerSideEncryptionByDefault, ...rest }) => {
        const { kmsMasterKeyId, sseAlgorithm } = applyServerSideEncryptionByDefault as Values;
        return {
          ...rest,
          serverSideEncryptionByDefault: { KMSMasterKeyID: kmsMasterKeyId, SSEAlgorithm: sseAlgorithm },
        };
      }),
    },
  }),
  "aws:s3/bucketVersioning:BucketVersioning": ({ versioningConfiguration }) => ({ versioningConfiguration }),
};

function expirationOf({ days, expiredObjectDeleteMarker }: Values = {}): Values {
  return { expirationInDays: days, expiredObjectDeleteMarker };
}
