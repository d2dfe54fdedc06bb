import type { ACM, CertificateDetail } from "@aws-sdk/client-acm";
import {
  certificateNames,
  daysLeft,
  isoDate,
  uncoveredHosts,
  warnDays,
  type ApplicationOutputs,
} from "@selfhosted/common";
import { finding, type Finding } from "../report";

/** The load balancers' certificate is issued, covers the host names, and lasts. */
export async function checkCertificate(acm: ACM, arn: string, hosts: string[]): Promise<Finding[]> {
  const { Certificate } = await acm.describeCertificate({ CertificateArn: arn });
  return judgeCertificate(Certificate ?? {}, hosts, new Date());
}

export function certificateHosts({ api, console }: ApplicationOutputs, recorded: string[] = []): string[] {
  return [...new Set([api.domain, console.domain, ...recorded])];
}

export function judgeCertificate(certificate: CertificateDetail, hosts: string[], now: Date): Finding[] {
  const names = certificateNames(certificate);
  const uncovered = uncoveredHosts(certificate, hosts);
  const issued = finding(
    "certificate issued",
    certificate.Status === "ISSUED",
    `${certificate.Status ?? "status unknown"}${certificate.FailureReason ? `: ${certificate.FailureReason}` : ""}`,
    certificate.Status === "PENDING_VALIDATION"
      ? "create the validation record that ACM shows for it"
      : "request or import another one and set certificateArn in application/",
  );
  const covering = finding(
    "certificate covers the hosts",
    uncovered.length === 0,
    uncovered.length === 0 ? names.join(", ") : `${uncovered.join(", ")} not covered by ${names.join(", ")}`,
    "request one for these names and set certificateArn in application/",
  );
  return [issued, covering, ...judgeExpiry(certificate, now)];
}

function judgeExpiry({ NotAfter: end, Type: type }: CertificateDetail, now: Date): Finding[] {
  if (end === undefined) {
    return [];
  }
  const left = daysLeft(end, now);
  return [
    finding(
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
