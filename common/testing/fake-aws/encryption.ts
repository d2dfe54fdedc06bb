import type { KeyMetadata } from "@aws-sdk/client-kms";
import { accountId, type Partition, partitions } from "../account";
import { type AwsAnswers, awsError } from ".";

/** Good keys under every id and alias of the account; the installation's own data key is called `own`. */
export function kms(partition: Partition): AwsAnswers {
  return {
    "kms:DescribeKey": ({ KeyId }, region) => ({ KeyMetadata: keyMetadata(String(KeyId), partition, region) }),
  };
}

/** The ARN of a key of the account. */
export function keyArn(
  id: string,
  partition: Partition = "aws",
  region: string = partitions[partition].region,
): string {
  return `arn:${partition}:kms:${region}:${accountId}:key/${id}`;
}

/** An enabled, symmetric key; `alias/x` stands for the key `id-of-x`, and `alias/aws/x` for a key of AWS. */
export function keyMetadata(
  keyId: string,
  partition: Partition = "aws",
  region: string = partitions[partition].region,
): KeyMetadata {
  const place = keyArn("", partition, region).replace(/key\/$/, "");
  if (keyId.startsWith("arn:") && !keyId.startsWith(place)) {
    throw awsError("NotFoundException", `Invalid arn ${keyId}`);
  }
  const id = keyId
    .replace(place, "")
    .replace(/^key\//, "")
    .replace(/^alias\//, "id-of-");
  return {
    KeyId: id,
    Arn: keyArn(id, partition, region),
    AWSAccountId: accountId,
    Description: id === "own" ? "pulumi-prod-data-key: data at rest" : "",
    Enabled: true,
    KeyState: "Enabled",
    KeySpec: "SYMMETRIC_DEFAULT",
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyManager: id.startsWith("id-of-aws/") ? "AWS" : "CUSTOMER",
  };
}

/** Every secret is there, encrypted with AWS's own key. */
export function secrets(): AwsAnswers {
  return { "secrets:DescribeSecret": ({ SecretId }) => ({ ARN: SecretId }) };
}

/** Every certificate is issued, and covers the names of the installation that tests deploy. */
export function acm(): AwsAnswers {
  return {
    "acm:DescribeCertificate": ({ CertificateArn }) => ({
      Certificate: {
        CertificateArn,
        DomainName: "*.pulumi.example.com",
        SubjectAlternativeNames: ["*.pulumi.example.com", "pulumi.example.com"],
        Status: "ISSUED",
        Type: "AMAZON_ISSUED",
        KeyAlgorithm: "RSA-2048",
        NotAfter: new Date(Date.now() + 300 * 24 * 60 * 60 * 1000),
      },
    }),
  };
}
