import { createHash } from "node:crypto";
import { ACM, type CertificateDetail, waitUntilCertificateValidated } from "@aws-sdk/client-acm";
import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, oneOf, required, rule } from "../checks";
import type { Properties, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { tagChanges, taggable, type Tagged, tagList, tagMap, type Tags } from "./tags";

type Inputs = Tagged<Unwrap<CertificateArgs>>;
type ValidationInputs = Unwrap<CertificateValidationArgs>;

const domainName = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
const validationSeconds = 75 * 60;

/** Certificates that ACM issues once their domains are validated by DNS. */
const certificateType: ResourceType<Account, Inputs> = {
  replaceOn: ["domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"],
  updateOn: [],
  check: allOf(
    required("domainName", "validationMethod"),
    oneOf("validationMethod", ["DNS"]),
    oneOf("keyAlgorithm", ["RSA_2048", "EC_prime256v1", "EC_secp384r1"]),
    matching("domainName", domainName, "a domain name, perhaps with *. in front"),
    rule("domainName", (name) => (String(name).length > 64 ? "must be no longer than 64 characters" : undefined)),
    rule("subjectAlternativeNames", (names) => {
      const wrong = (names as unknown[]).filter((name) => typeof name === "string" && !domainName.test(name));
      return wrong.length ? "must be domain names" : undefined;
    }),
  ),
  async create(inputs, { account, urn }) {
    // The same request, after a run that was killed, gets the same certificate; one for other names gets another.
    const request = JSON.stringify([urn, inputs.domainName, inputs.subjectAlternativeNames]);
    const { CertificateArn = "" } = await account.client(ACM).requestCertificate({
      DomainName: inputs.domainName,
      SubjectAlternativeNames: inputs.subjectAlternativeNames,
      ValidationMethod: "DNS",
      KeyAlgorithm: inputs.keyAlgorithm as "RSA_2048" | undefined,
      IdempotencyToken: createHash("sha256").update(request).digest("hex").slice(0, 32),
      ...(Object.keys(inputs.tagsAll).length && { Tags: tagList(inputs.tagsAll) }),
    });
    return { id: CertificateArn };
  },
  async read(id, _known, { account }) {
    const found = await describe(id, account);
    return found && { ...outputs(found), tagsAll: await readTags(id, account) };
  },
  async update(id, inputs, olds, { account }) {
    const client = account.client(ACM);
    const { set, removed } = tagChanges(olds.tagsAll, inputs.tagsAll);
    const Tags = removed.map((Key) => ({ Key }));
    if (Tags.length) await client.removeTagsFromCertificate({ CertificateArn: id, Tags });
    const added = tagList(set);
    if (added.length) await client.addTagsToCertificate({ CertificateArn: id, Tags: added });
  },
  async delete(id, _olds, { account }) {
    const found = await describe(id, account);
    if (!found) return;
    if (found.InUseBy?.length) throw new Error(`${id} is in use by ${found.InUseBy.join(", ")}.`);
    await account.client(ACM).deleteCertificate({ CertificateArn: id });
  },
};

/** Stands for a certificate that has been issued: creation waits for it. */
const validationType: ResourceType<Account, ValidationInputs> = {
  replaceOn: ["certificateArn", "validationRecordFqdns"],
  updateOn: [],
  check: required("certificateArn"),
  async checkReferences({ certificateArn, validationRecordFqdns }, { account }) {
    const found = await describe(certificateArn, account);
    if (!found) return [{ property: "certificateArn", reason: `names ${certificateArn}, which doesn't exist` }];
    const bare = (name = "") => name.replace(/\.$/, "");
    const needed = (found.DomainValidationOptions ?? []).map(({ ResourceRecord }) => bare(ResourceRecord?.Name));
    const given = validationRecordFqdns?.map(bare);
    const lacking = given ? needed.filter((name) => !given.includes(name)) : [];
    return lacking.map((name) => ({ property: "validationRecordFqdns", reason: `lacks ${name}` }));
  },
  create: ({ certificateArn }) => Promise.resolve({ id: certificateArn }),
  async settle(id, _inputs, { account, timeoutSeconds = validationSeconds }) {
    const wait = { client: account.client(ACM), maxWaitTime: timeoutSeconds, minDelay: 1, maxDelay: 5 };
    await waitUntilCertificateValidated(wait, { CertificateArn: id });
  },
  async read(id, _known, { account }) {
    return (await describe(id, account))?.Status === "ISSUED" ? { certificateArn: id } : undefined;
  },
  delete: () => Promise.resolve(),
};

/** Certificates of AWS Certificate Manager. */
export const service: Service<Account> = {
  resources: {
    "aws:acm/certificate:Certificate": taggable(certificateType),
    "aws:acm/certificateValidation:CertificateValidation": validationType,
  },
};

async function describe(arn: string, account: Account): Promise<CertificateDetail | undefined> {
  const answer = account.client(ACM).describeCertificate({ CertificateArn: arn });
  return (await unlessMissing(answer))?.Certificate;
}

async function readTags(arn: string, account: Account): Promise<Tags> {
  return tagMap((await account.client(ACM).listTagsForCertificate({ CertificateArn: arn })).Tags);
}

function outputs(found: CertificateDetail): Properties {
  const others = (found.SubjectAlternativeNames ?? []).filter((name) => name !== found.DomainName);
  return {
    arn: found.CertificateArn,
    domainName: found.DomainName,
    domainValidationOptions: (found.DomainValidationOptions ?? []).map(({ DomainName, ResourceRecord }) => ({
      domainName: DomainName,
      resourceRecordName: ResourceRecord?.Name,
      resourceRecordType: ResourceRecord?.Type,
      resourceRecordValue: ResourceRecord?.Value,
    })),
    notAfter: found.NotAfter,
    notBefore: found.NotBefore,
    status: found.Status,
    subjectAlternativeNames: others,
    type: found.Type,
    validationMethod: "DNS",
  };
}
