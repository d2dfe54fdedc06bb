import type { CertificateDetail } from "@aws-sdk/client-acm";
import type { ConfigProblem } from "../config/rule";

const day = 24 * 60 * 60 * 1000;

/** ACM renews its own certificates 60 days ahead: one with less than this has failed to renew, or was imported. */
export const warnDays = 30;

/**
 * Keys with which network load balancers serve TLS. With another they take the certificate, and don't answer.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html
 */
const servedKeys = ["RSA_1024", "RSA_2048", "RSA_3072", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

/**
 * Why a certificate is not fit for the load balancers.
 *
 * @param hosts the names that it must cover.
 */
export function certificateProblems(certificate: CertificateDetail, hosts: string[], now: Date): ConfigProblem[] {
  const uncovered = uncoveredHosts(certificate, hosts);
  const algorithm = certificate.KeyAlgorithm?.replaceAll("-", "_") ?? "";
  const [first, ...others] = hosts;
  const request =
    `aws acm request-certificate --domain-name ${first} --subject-alternative-names ${others.join(" ")} ` +
    "--validation-method DNS, and when it is issued set certificateArn to it";
  const problems: Problem[] = notIssued(certificate, request);
  if (uncovered.length > 0) {
    const names = certificateNames(certificate).join(", ");
    problems.push({ reason: `${uncovered.join(", ")} not covered by the certificate's names: ${names}`, fix: request });
  }
  if (algorithm !== "" && !servedKeys.includes(algorithm)) {
    const reason = `the certificate has a key of type ${algorithm}, with which a network load balancer doesn't serve TLS; it takes RSA keys of up to 3072 bits and the curves P-256, P-384 and P-521`;
    problems.push({ reason, fix: request });
  }
  return [...problems, ...expiry(certificate, now), ...renewal(certificate)].map((problem) => ({
    key: "certificateArn",
    ...problem,
  }));
}

/** The names and the end of a certificate, for a person. */
export function certificateDetail(certificate: CertificateDetail): string {
  const { NotAfter: end } = certificate;
  return `${certificateNames(certificate).join(", ")}${end ? `, until ${isoDate(end)}` : ""}`;
}

/** The hosts that a certificate doesn't cover. */
export function uncoveredHosts(certificate: CertificateDetail, hosts: string[]): string[] {
  const names = certificateNames(certificate);
  return hosts.filter((host) => !names.some((name) => covers(name, host)));
}

/** Whether a name of a certificate covers a host: itself, or one label under a wildcard. */
export function covers(name: string, host: string): boolean {
  const [own, wanted] = [name.toLowerCase(), host.toLowerCase()];
  return own === wanted || (own.startsWith("*.") && wanted.slice(wanted.indexOf(".")) === own.slice(1));
}

/** The names of a certificate, each once. */
export function certificateNames({
  DomainName: name,
  SubjectAlternativeNames: others = [],
}: CertificateDetail): string[] {
  return [...new Set([...(name === undefined ? [] : [name]), ...others])];
}

type Problem = Omit<ConfigProblem, "key">;

function notIssued({ Status: status, FailureReason: why }: CertificateDetail, request: string): Problem[] {
  // Of an expired one, its date says more.
  if (status === "ISSUED" || status === "EXPIRED") {
    return [];
  }
  return [
    {
      reason: `the certificate isn't issued: ACM has it as ${status ?? "unknown"}${why ? `, because of ${why}` : ""}`,
      fix: status === "PENDING_VALIDATION" ? "create the validation records that ACM shows for it" : request,
    },
  ];
}

function expiry({ NotAfter: end, Type: type, Status: status }: CertificateDetail, now: Date): Problem[] {
  if (end === undefined) {
    return status === "EXPIRED" ? [{ reason: "the certificate has expired" }] : [];
  }
  const left = daysLeft(end, now);
  const fix =
    type === "IMPORTED"
      ? "import a new one under the same ARN"
      : "see in ACM why it was not renewed: mostly its validation record is gone";
  if (left < 0 || status === "EXPIRED") {
    return [{ reason: `the certificate expired on ${isoDate(end)}`, fix }];
  }
  return left < warnDays
    ? [{ reason: `the certificate expires on ${isoDate(end)}, in ${left} days`, fix, severity: "warning" }]
    : [];
}

/**
 * ACM has begun to renew the certificate, and can't end it: it does so by itself, as long as it finds its validation record
 * (https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-renewal.html).
 */
function renewal({ NotAfter: end, RenewalSummary: summary }: CertificateDetail): Problem[] {
  const { RenewalStatus: status, RenewalStatusReason: why } = summary ?? {};
  if (status !== "FAILED" && status !== "PENDING_VALIDATION") {
    return [];
  }
  const until = end ? `, which ends on ${isoDate(end)}` : "";
  const reason = `ACM can't renew the certificate${until}: ${status}${why ? `, because of ${why}` : ""}`;
  return [{ reason, fix: "put the validation records back that ACM shows for it", severity: "warning" }];
}

/** Whole days until then; negative where it has passed. */
export function daysLeft(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / day);
}

/** A day, such as 2026-11-26, in UTC. */
export function isoDate(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
