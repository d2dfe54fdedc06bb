import type { AwsAnswers } from "@selfhosted/common/testing";
import { mistakes } from "./mistakes";

const certificate = (change: object): Partial<AwsAnswers> => ({
  "acm:DescribeCertificate": () => ({
    Certificate: {
      DomainName: "*.pulumi.example.com",
      SubjectAlternativeNames: ["*.pulumi.example.com"],
      Status: "ISSUED",
      KeyAlgorithm: "RSA-2048",
      ...change,
    },
  }),
});

mistakes("certificates", [
  [
    "a certificate that isn't issued",
    "application",
    {},
    "certificateArn",
    /issued|PENDING/i,
    { aws: certificate({ Status: "PENDING_VALIDATION" }) },
  ],
  [
    "a certificate that ends soon",
    "application",
    {},
    "certificateArn",
    /expires on \d{4}-\d\d-\d\d, in (19|20) days/,
    {
      warns: true,
      fix: /validation record/,
      aws: certificate({ Type: "AMAZON_ISSUED", NotAfter: new Date(Date.now() + 20 * 24 * 60 * 60 * 1000) }),
    },
  ],
  [
    "an imported certificate that ends soon",
    "application",
    {},
    "certificateArn",
    /in (1|2) days/,
    {
      warns: true,
      fix: /import a new one under the same ARN/,
      aws: certificate({ Type: "IMPORTED", NotAfter: new Date(Date.now() + 2 * 24 * 60 * 60 * 1000) }),
    },
  ],
  [
    "a certificate that has ended",
    "application",
    {},
    "certificateArn",
    /expired on 2024-02-29/,
    { fix: /see in ACM/, aws: certificate({ NotAfter: new Date("2024-02-29T12:00:00Z") }) },
  ],
  [
    "a certificate that ACM can't renew",
    "application",
    {},
    "certificateArn",
    /ACM can't renew the certificate.*PENDING_VALIDATION/,
    {
      warns: true,
      fix: /validation records back/,
      aws: certificate({
        NotAfter: new Date(Date.now() + 50 * 24 * 60 * 60 * 1000),
        RenewalSummary: { RenewalStatus: "PENDING_VALIDATION" },
      }),
    },
  ],
  [
    "a certificate with a key that load balancers don't serve",
    "application",
    {},
    "certificateArn",
    /key of type RSA_4096/,
    { fix: /request-certificate/, aws: certificate({ KeyAlgorithm: "RSA-4096" }) },
  ],
  [
    "a certificate of other names",
    "application",
    { domain: "other.example.com" },
    "certificateArn",
    /api\.other\.example\.com/,
  ],
]);
