import type { ACM, CertificateDetail } from "@aws-sdk/client-acm";
import {
  type ApplicationOutputs,
  certificateNames,
  daysLeft,
  isoDate,
  uncoveredHosts,
  warnDays,
} from "@selfhosted/common";
import { type CheckResult, checkResult } from "../report";

export async function describeCertificate(acm: ACM, arn: string): Promise<CertificateDetail> {
  const { Certificate = {} } = await acm.describeCertificate({ CertificateArn: arn });
  return Certificate;
}

export function certificateHosts({ api, console }: ApplicationOutputs, recorded: string[] = []): string[] {
  return [...new Set([api.domain, console.domain, ...recorded])];
}

/** The load balancers' certificate is issued, covers the host names, and lasts. */
export function checkCertificate(certificate: CertificateDetail, hosts: string[], now = new Date()): CheckResult[] {
  const names = certificateNames(certificate);
  const uncovered = uncoveredHosts(certificate, hosts);
  const issued = checkResult(
    "certificate issued",
    certificate.Status === "ISSUED",
    `${certificate.Status ?? "status unknown"}${certificate.FailureReason ? `: ${certificate.FailureReason}` : ""}`,
    certificate.Status === "PENDING_VALIDATION"
      ? "create the validation record that ACM shows for it"
      : "request or import another one and set certificateArn in application/",
  );
  const covering = checkResult(
    "certificate covers the hosts",
    uncovered.length === 0,
    uncovered.length === 0
      ? names.join(", ")
      : `${uncovered.join(", ")} not covered by ${names.join(", ") || "any name of it"}`,
    "request one for these names and set certificateArn in application/",
  );
  return [issued, covering, ...checkExpiry(certificate, now)];
}

function checkExpiry({ NotAfter: end, Type: type }: CertificateDetail, now: Date): CheckResult[] {
  if (end === undefined) {
    return [];
  }
  const left = daysLeft(end, now);
  return [
    checkResult(
      "certificate expiry",
      left >= warnDays,
      left < 0 ? `expired on ${isoDate(end)}` : `${isoDate(end)}, in ${left} days`,
      type === "IMPORTED"
        ? "import a new one"
        : "see in ACM why it was not renewed: mostly its validation record is gone",
      left < 0 ? "fail" : "warn",
    ),
  ];
}
