import { type AwsAnswers, awsError, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { detail, problems, skipped, type Trial } from "./account";

const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/1";
const day = 24 * 60 * 60 * 1000;

/** ACM with a certificate that is fit but for these changes. */
function acm(changes: Values): Partial<AwsAnswers> {
  const Certificate = {
    DomainName: "*.pulumi.example.com",
    Status: "ISSUED",
    KeyAlgorithm: "EC_prime256v1",
    NotAfter: new Date(Date.now() + 90 * day),
    ...changes,
  };
  return { "acm:DescribeCertificate": () => ({ Certificate }) };
}

const found = (changes: Values, trial: Trial = {}): Promise<string[]> =>
  problems({ ...trial, config: { certificateArn, ...trial.config }, aws: acm(changes) });

describe("the existing certificate", () => {
  it("is fit where it is issued, lasts, and covers both hosts", async () => {
    expect(await found({})).to.deep.equal([]);
    expect(await detail({ config: { certificateArn } }, "certificate")).to.match(
      /^\*\.pulumi\.example\.com, .*until 20/,
    );
  });

  it("is refused while the domain isn't proven, and when that failed", async () => {
    expect(await found({ Status: "PENDING_VALIDATION", NotAfter: undefined })).to.deep.equal([
      "error certificateArn: the certificate isn't issued: ACM has it as PENDING_VALIDATION → " +
        "create the validation records that ACM shows for it",
    ]);
    expect((await found({ Status: "FAILED", FailureReason: "CAA_ERROR" }))[0]).to.match(/FAILED, because of CAA_ERROR/);
  });

  it("is refused where it doesn't cover a host, with the request for one that does", async () => {
    const [problem] = await found({ DomainName: "api.pulumi.example.com" });
    expect(problem).to.match(/app\.pulumi\.example\.com not covered by the certificate's names: api\.pulumi/);
    expect(problem).to.include(
      "aws acm request-certificate --domain-name api.pulumi.example.com --subject-alternative-names app.pulumi.example.com",
    );
    expect(await found({ DomainName: "*.example.com" }), "one label under a wildcard").to.have.length(1);
  });

  it("is refused once it has expired, and warned of a month ahead", async () => {
    expect((await found({ NotAfter: new Date(Date.now() - day), Type: "IMPORTED" }))[0]).to.match(
      /^error certificateArn: the certificate expired on .* → import a new one/,
    );
    expect((await found({ Status: "EXPIRED" })).join()).to.match(
      /^error certificateArn: the certificate expired[^,]*$/,
    );
    expect((await found({ NotAfter: new Date(Date.now() + 5.5 * day) }))[0]).to.match(/^warning .* in 5 days/);
  });

  it("is refused with a key that a network load balancer takes and doesn't serve with", async () => {
    expect((await found({ KeyAlgorithm: "RSA_4096" }))[0]).to.match(/key of type RSA_4096/);
    for (const fit of ["RSA-2048", "RSA_3072", "EC_secp384r1"]) {
      expect(await found({ KeyAlgorithm: fit }), fit).to.deep.equal([]);
    }
  });

  it("is one that exists", async () => {
    const aws = {
      "acm:DescribeCertificate": () => {
        throw awsError("ResourceNotFoundException", "Could not find certificate");
      },
    };
    expect(await problems({ config: { certificateArn }, aws })).to.deep.equal([
      `error certificateArn: certificate ${certificateArn} doesn't exist in this account and region → undefined`,
    ]);
  });

  it("isn't looked up in another region, which a rule refuses", async () => {
    const elsewhere = certificateArn.replace("eu-central-1", "us-east-1");
    expect(await problems({ config: { certificateArn: elsewhere }, aws: acm({ Status: "FAILED" }) })).to.deep.equal([]);
  });

  it("isn't compared with hosts that aren't known", async () => {
    const unknownHosts: Trial = { config: { certificateArn }, invalid: ["domain"] };
    expect(await problems(unknownHosts)).to.deep.equal([]);
    expect(await skipped(unknownHosts, "certificate")).to.equal("a setting that it needs isn't valid");
  });
});

describe("the zone that proves a certificate", () => {
  const zone = (changes: Values): Partial<AwsAnswers> => ({
    "route53:GetHostedZone": () => ({ HostedZone: { Id: "/hostedzone/Z0", Name: "example.com.", ...changes } }),
  });
  const inZone = (aws: Partial<AwsAnswers>): Promise<string[]> =>
    problems({ config: { certificateZoneId: "Z0" }, aws });

  it("is public and holds the hosts", async () => {
    expect(await inZone(zone({}))).to.deep.equal([]);
    expect((await inZone(zone({ Config: { PrivateZone: true } })))[0]).to.match(/zone example\.com \(Z0\) is private/);
    expect((await inZone(zone({ Name: "ample.com." })))[0]).to.match(
      /doesn't hold api\.pulumi\.example\.com, app\.pulumi\.example\.com, pulumi\.example\.com/,
    );
  });

  it("doesn't delegate the domain to other name servers, where ACM would look", async () => {
    const records = ({ StartRecordName: name }: Values): Values => ({
      ResourceRecordSets: name === "pulumi.example.com" ? [{ Name: "pulumi.example.com.", Type: "NS" }] : [],
    });
    expect(await inZone({ ...zone({}), "route53:ListResourceRecordSets": records })).to.deep.equal([
      "error certificateZoneId: zone example.com (Z0) delegates pulumi.example.com to another zone, and ACM looks for the proof " +
        "there → set it to the public zone that holds pulumi.example.com: aws route53 list-hosted-zones-by-name --dns-name pulumi.example.com",
    ]);
  });

  it("exists", async () => {
    expect(await problems({ config: { certificateZoneId: "Z9" } })).to.deep.equal([
      "error certificateZoneId: hosted zone Z9 doesn't exist in this account and region → undefined",
    ]);
  });
});
