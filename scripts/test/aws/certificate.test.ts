import type { CertificateDetail } from "@aws-sdk/client-acm";
import { covers } from "@selfhosted/common";
import { expect } from "chai";
import { checkCertificate } from "../../aws/certificate";
import type { CheckResult } from "../../report";
import { the, verdicts } from "../support/results";

describe("verify: certificate", () => {
  const now = new Date("2026-06-01T00:00:00Z");
  const hosts = ["api.pulumi.example.com", "app.pulumi.example.com"];
  const certificate: CertificateDetail = {
    Status: "ISSUED",
    DomainName: "pulumi.example.com",
    SubjectAlternativeNames: ["pulumi.example.com", "*.pulumi.example.com"],
    NotAfter: new Date("2026-12-01T00:00:00Z"),
    Type: "AMAZON_ISSUED",
  };
  const check = (change: Partial<CertificateDetail>): CheckResult[] =>
    checkCertificate({ ...certificate, ...change }, hosts, now);
  const content = { "certificate issued": "ok", "certificate covers the hosts": "ok", "certificate expiry": "ok" };

  it("is content with an issued one that covers the hosts and lasts", () => {
    expect(verdicts(check({}))).to.deep.equal(content);
  });

  it("warns of one that ends within a month, and fails one that has ended", () => {
    const expiry = (end: string): CheckResult => the(check({ NotAfter: new Date(end) }), "certificate expiry");
    expect(expiry("2026-06-20T12:00:00Z")).to.deep.include({ verdict: "warn", detail: "2026-06-20, in 19 days" });
    expect(expiry("2026-05-31T12:00:00Z")).to.deep.include({ verdict: "fail", detail: "expired on 2026-05-31" });
  });

  it("fails one that isn't validated yet, and says what is missing", () => {
    expect(the(check({ Status: "PENDING_VALIDATION", NotAfter: undefined }), "certificate issued")).to.deep.include({
      verdict: "fail",
      fix: "create the validation record that ACM shows for it",
    });
  });

  it("fails one of other names, and names the hosts it lacks", () => {
    const found = check({ DomainName: "api.pulumi.example.com", SubjectAlternativeNames: ["*.example.com"] });
    expect(the(found, "certificate covers the hosts").detail).to.match(/^app\.pulumi\.example\.com not covered/);
  });

  it("takes a wildcard for exactly one label", () => {
    expect(covers("*.example.com", "api.example.com")).to.equal(true);
    expect(covers("*.EXAMPLE.com", "API.example.com")).to.equal(true);
    expect(covers("*.example.com", "example.com")).to.equal(false);
    expect(covers("*.example.com", "api.pulumi.example.com")).to.equal(false);
    expect(covers("*.example.com", "apiXexample.com")).to.equal(false);
  });
});
