import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm";
import type { Unwrap } from "@pulumi/pulumi";
import { waitWith } from "../../../aws/wait";
import type { Service } from "../resource";
import type { Account } from "./account";
import { bareName } from "./route53";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const acm = typesOf(async () => (await import("@aws-sdk/client-acm")).ACM, {
  read: async (aws, CertificateArn) => tagMap((await aws.listTagsForCertificate({ CertificateArn })).Tags),
  tag: (aws, CertificateArn, tags) => aws.addTagsToCertificate({ CertificateArn, Tags: tagList(tags) }),
  untag: (aws, CertificateArn, keys) =>
    aws.removeTagsFromCertificate({ CertificateArn, Tags: keys.map((Key) => ({ Key })) }),
});

const validationSeconds = 75 * 60;

/** Certificates that ACM issues once their domains are validated by DNS. */
export const service: Service<Account> = {
  resources: {
    "aws:acm/certificate:Certificate": acm<Inputs<CertificateArgs>>({
      replaceOn: ["domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"],
      updateOn: [],
      async create(aws, inputs) {
        const Tags = tagList(inputs.tagsAll);
        const { CertificateArn = "" } = await aws.requestCertificate({
          DomainName: inputs.domainName,
          SubjectAlternativeNames: inputs.subjectAlternativeNames,
          ValidationMethod: inputs.validationMethod as "DNS",
          KeyAlgorithm: inputs.keyAlgorithm as "RSA_2048",
          ...(Tags.length && { Tags }),
        });
        return CertificateArn;
      },
      async get(aws, CertificateArn) {
        const { Certificate: found } = await aws.describeCertificate({ CertificateArn });
        const options = found?.DomainValidationOptions ?? [];
        return {
          arn: CertificateArn,
          domainName: found?.DomainName,
          subjectAlternativeNames: found?.SubjectAlternativeNames?.filter((name) => name !== found.DomainName),
          validationMethod: options[0]?.ValidationMethod,
          domainValidationOptions: options.map(({ DomainName, ResourceRecord }) => ({
            domainName: DomainName,
            resourceRecordName: ResourceRecord?.Name,
            resourceRecordType: ResourceRecord?.Type,
            resourceRecordValue: ResourceRecord?.Value,
          })),
          status: found?.Status,
        };
      },
      delete: (aws, CertificateArn) => aws.deleteCertificate({ CertificateArn }),
    }),

    /** Stands for a certificate that has been issued: its creation waits for that. */
    "aws:acm/certificateValidation:CertificateValidation": acm<Unwrap<CertificateValidationArgs>>({
      tagged: false,
      replaceOn: ["certificateArn", "validationRecordFqdns"],
      updateOn: [],
      async create(aws, { certificateArn, validationRecordFqdns: given }) {
        // The provider looks for the records itself; ACM would wait for the one that isn't there.
        const { Certificate } = await aws.describeCertificate({ CertificateArn: certificateArn });
        const needed = Certificate?.DomainValidationOptions?.map(({ ResourceRecord }) =>
          bareName(ResourceRecord?.Name),
        );
        const missing = given && needed?.filter((name) => !given.map(bareName).includes(name));
        if (missing?.length) throw new Error(`missing ${certificateArn} DNS validation record: ${missing.join(", ")}`);
        return certificateArn;
      },
      async settle(client, CertificateArn, _inputs, { timeoutSeconds = validationSeconds }) {
        const patience = { maxWaitTime: timeoutSeconds, minDelay: 1, maxDelay: 5 };
        const { waitUntilCertificateValidated } = await import("@aws-sdk/client-acm");
        await waitWith(client, (given) => waitUntilCertificateValidated({ ...given, ...patience }, { CertificateArn }));
      },
      async get(aws, CertificateArn) {
        const { Certificate } = await aws.describeCertificate({ CertificateArn });
        return Certificate?.Status === "ISSUED" ? { certificateArn: CertificateArn } : undefined;
      },
      delete: () => Promise.resolve(),
    }),
  },
};
