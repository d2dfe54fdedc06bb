import type { AwsAnswers } from ".";

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
