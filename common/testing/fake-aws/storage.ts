import { type AwsAnswers, awsError } from ".";

/** Every bucket is there, in the region and the account, versioned and encrypted by S3. */
export function s3(): AwsAnswers {
  return {
    "s3:HeadBucket": (_input, region) => ({ BucketRegion: region }),
    "s3:GetBucketVersioning": () => ({ Status: "Enabled" }),
    "s3:GetObjectLockConfiguration": ({ Bucket }) => {
      throw awsError(
        "ObjectLockConfigurationNotFoundError",
        `Object Lock configuration does not exist for ${String(Bucket)}`,
      );
    },
    "s3:GetBucketEncryption": () => ({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    }),
  };
}

/** An answer of S3 without a body: the SDK knows its status and headers only. */
export function s3Error(httpStatusCode: number, headers: Record<string, string> = {}): Error {
  const name = httpStatusCode === 404 ? "NotFound" : String(httpStatusCode);
  return Object.assign(awsError(name, "UnknownError"), { $metadata: { httpStatusCode }, $response: { headers } });
}

/** AWS Backup is opted in for databases and buckets, and has vaults `pulumi` and `copies` without a lock in every region. */
export function backup(): AwsAnswers {
  return {
    "backup:DescribeRegionSettings": () => ({ ResourceTypeOptInPreference: { Aurora: true, S3: true } }),
    "backup:ListBackupVaults": () => ({
      BackupVaultList: ["pulumi", "copies"].map((BackupVaultName) => ({ BackupVaultName })),
    }),
  };
}
