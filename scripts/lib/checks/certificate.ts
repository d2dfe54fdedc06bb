import type { ACM, CertificateDetail } from "@aws-sdk/client-acm";
import type { ApplicationOutputs } from "@selfhosted/common";
import { finding, type Finding } from "../report";

const day = 24 * 60 * 60 * 1000;
/** ACM renews its own certificates 60 days ahead: one with less than this has failed to renew, or was imported. */
const warnDays = 30;

/** The load balancers' certificate is issued, covers the host names, and lasts. */
export async function checkCertificate(acm: ACM, arn: string, hosts: string[]): Promise<Finding[]> {
  const { Certificate } = await acm.describeCertificate({ CertificateArn: arn });
  return judgeCertificate(Certificate ?? {}, hosts, new Date());
}

export function certificateHosts({ api, console }: ApplicationOutputs, recorded: string[] = []): string[] {
  return [...new Set([api.domain, console.domain, ...recorded])];
}

export function judgeCertificate(certificate: CertificateDetail, hosts: string[], now: Date): Finding[] {
  const names = [...new Set([certificate.DomainName ?? "", ...(certificate.SubjectAlternativeNames ?? [])])];
  const uncovered = hosts.filter((host) => !names.some((name) => covers(name, host)));
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
  const left = Math.floor((end.getTime() - now.getTime()) / day);
  return [
    finding(
      "certificate expiry",
      left >= warnDays,
      left < 0 ? `expired on ${date(end)}` : `${date(end)}, in ${left} days`,
      type === "IMPORTED"
        ? "import a new one"
        : "see in ACM why it was not renewed: mostly its validation record is gone",
      left < 0 ? "fail" : "warn",
    ),
  ];
}

/** Whether a name of a certificate covers a host: itself, or one label under a wildcard. */
export function covers(name: string, host: string): boolean {
  const [own, wanted] = [name.toLowerCase(), host.toLowerCase()];
  return own === wanted || (own.startsWith("*.") && wanted.slice(wanted.indexOf(".")) === own.slice(1));
}

function date(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
