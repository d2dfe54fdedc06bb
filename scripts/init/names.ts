import type { CertificateDetail } from "@aws-sdk/client-acm";
import { certificateDetail, certificateNames, certificateProblems, isWithin, uncoveredHosts } from "@selfhosted/common";
import { hosts } from "../../application/exports";
import { type Choose, type Known, nothing } from "./choice";
import type { Zone } from "./facts";

/** Never decided: a certificate for all of a company's names doesn't say which of them is meant. */
export const chooseDomain: Choose = ({ certificates, zones }) => {
  const isReady = (domain: string): boolean =>
    certificates.some((certificate) => uncoveredHosts(certificate, hostNames(domain)).length === 0) &&
    zones.some(({ name }) => isWithin(domain, name));
  const domains = certificates.flatMap(certificateNames).map((name) => name.replace(/^(\*|api|app)\./, ""));
  const ready = [...new Set(domains)].filter(isReady);
  const found = ready.length > 0 ? `; certificate and zone are there for ${ready.join(", ")}` : "";
  return {
    key: "domain",
    asks: `Domain, of which api.<domain> and app.<domain> become the hosts${found}`,
    ...(ready[0] && { proposal: ready[0] }),
  };
};

export const chooseCertificate: Choose = (facts, known) => {
  const { domain, certificateZoneId } = known;
  if (domain === undefined || certificateZoneId !== undefined) {
    return undefined;
  }
  const wanted = hostNames(domain, known.subdomain);
  const errors = (each: CertificateDetail) =>
    certificateProblems(each, wanted, new Date()).filter(({ severity }) => severity !== "warning");
  const fit = facts.certificates.filter((each) => errors(each).length === 0).sort(byTerm);
  const [best] = fit;
  if (best !== undefined) {
    const among = fit.length > 1 ? `the best of ${fit.length} that cover` : "covers";
    const because = `${among} ${wanted.join(" and ")}: ${certificateDetail(best)}`;
    return { key: "certificateArn", value: best.CertificateArn ?? "", because };
  }
  const [zone] = zonesFor(wanted, facts.zones).filter((each) => !each.private);
  if (zone !== undefined && facts.unread.certificates === undefined) {
    const because = `no certificate in ${facts.region} covers ${wanted.join(" and ")}; AWS issues and renews one, proven by a record in ${shown(zone)}`;
    return { key: "certificateZoneId", value: zone.id, because };
  }
  const each = facts.certificates.map((certificate) =>
    errors(certificate)
      .map(({ reason }) => reason)
      .join(", "),
  );
  const reason = `no certificate in ${facts.region} covers ${wanted.join(" and ")}, and no public zone of this account holds them, in which AWS could prove one${each.length > 0 ? `. Found: ${each.join("; ")}` : ""}`;
  const fix = `aws acm request-certificate --region ${facts.region} --domain-name ${wanted[0]} --subject-alternative-names ${wanted[1]} --validation-method DNS; when it is issued, run init again`;
  return nothing("certificateArn", "certificates", facts, reason, fix);
};

/** The zone nearest to the hosts: where users come from inside, a private one that the VPC sees goes first. */
export const chooseZone: Choose = (facts, known) => {
  const { domain, zoneName, internal, vpcId = "" } = known;
  if (domain === undefined || zoneName !== undefined) {
    return undefined;
  }
  const wanted = hostNames(domain, known.subdomain);
  const holding = zonesFor(wanted, facts.zones);
  const inside = internal === "true" ? holding.filter((zone) => zone.private && zone.vpcIds.includes(vpcId)) : [];
  const candidates = inside.length > 0 ? inside : holding.filter((zone) => !zone.private);
  const nearest = candidates.filter(({ name }) => name === candidates[0]?.name);
  const [zone] = nearest;
  if (zone === undefined) {
    const others = facts.zones.map(shown).join(", ") || "none";
    const reason = `no ${internal === "true" ? "" : "public "}hosted zone of this account holds ${wanted.join(" and ")}; found: ${others}`;
    const fix = `make one: aws route53 create-hosted-zone --name ${domain} --caller-reference ${domain}; or, where it belongs to another account, answer zoneId and assumeRoleArn`;
    return nothing("zoneId", "zones", facts, reason, fix);
  }
  return nearest.length === 1
    ? { key: "zoneId", value: zone.id, because: `${shown(zone)} holds ${wanted.join(" and ")}` }
    : {
        key: "zoneId",
        asks: `Hosted zone of the hosts: ${nearest.length} are named ${zone.name}`,
        choices: nearest.map((each) => ({ value: each.id, name: shown(each) })),
      };
};

function hostNames(domain: string, subdomain?: Known[string]): [string, string] {
  const { api, console } = hosts({ domain, ...(subdomain !== undefined && { subdomain }) });
  return [api, console];
}

/** The zones that hold all hosts, the nearest first. */
function zonesFor(wanted: string[], zones: Zone[]): Zone[] {
  return zones
    .filter(({ name }) => wanted.every((host) => isWithin(host, name)))
    .sort((a, b) => b.name.length - a.name.length);
}

/** Those that AWS renews first, then those that are valid the longest. */
function byTerm(a: CertificateDetail, b: CertificateDetail): number {
  const isRenewed = ({ Type: type }: CertificateDetail): number => (type === "AMAZON_ISSUED" ? 1 : 0);
  const end = ({ NotAfter: date }: CertificateDetail): number => date?.getTime() ?? 0;
  return isRenewed(b) - isRenewed(a) || end(b) - end(a);
}

function shown({ id, name, private: isPrivate }: Zone): string {
  return `${isPrivate ? "private " : ""}${name} (${id})`;
}
