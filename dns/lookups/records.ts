import {
  bareName,
  ifKnown,
  recordsOf,
  setCommand,
  type ConfigProblem,
  type LookUp,
  type ResourceRecordSet,
} from "@selfhosted/common";
import { domainsOf } from "../hosts";
import type { ZoneInputs } from ".";

/** No record of another is in the way of the layer's own. */
export const records: LookUp<ZoneInputs> = {
  name: "records",
  key: "overwriteRecords",
  what: ({ zone }) => `the records of zone ${zone.name} (${zone.id})`,
  async look(inputs) {
    const { config, upstream, zone, zoneAws } = inputs;
    const domains = domainsOf(inputs);
    const isOwn = ownTargets(upstream);
    const found = await Promise.all(domains.map((domain) => recordsOf(zoneAws.route53, zone.id, domain)));
    const foreign = found.map((all) =>
      all.filter((record) => ["A", "AAAA", "CNAME"].includes(record.Type ?? "") && !isOwn(record)),
    );
    return {
      evidence: `nothing in the way of ${domains.join(", ")}`,
      problems: domains.flatMap((domain, index) => inTheWay(domain, foreign[index] ?? [], config.overwriteRecords)),
    };
  },
};

/**
 * Whether a record leads to a load balancer of this installation. The name of a load balancer is its own in an account and region,
 * and its DNS name begins with it: so also a record that leads to one which has been replaced is the layer's own.
 */
function ownTargets(upstream: ZoneInputs["upstream"]): (record: ResourceRecordSet) => boolean {
  const balancers = ifKnown(() => [upstream.api.loadBalancer, upstream.console.loadBalancer]) ?? [];
  const own = balancers.map(({ arn, dnsName }) => {
    const [name = ""] = arn.split("/").slice(2);
    return { start: `${name.toLowerCase()}-`, end: bareName(dnsName).replace(/^[^.]*/, "") };
  });
  return (record) => {
    const target = targetOf(record);
    const label = target.replace(/\..*$/, "");
    return (
      hasNoPolicy(record) &&
      own.some(
        ({ start, end }) =>
          label.startsWith(start) && !label.slice(start.length).includes("-") && target === label + end,
      )
    );
  };
}

/** Where an alias leads. Route 53's console writes those of load balancers with a prefix. */
function targetOf({ AliasTarget: alias }: ResourceRecordSet): string {
  return bareName(alias?.DNSName).replace(/^dualstack\./, "");
}

function hasNoPolicy({ SetIdentifier: id }: ResourceRecordSet): boolean {
  return id === undefined;
}

/**
 * Whether a record may be the layer's own from before, when it read another application stack: an alias to a network load balancer,
 * `name-id.elb.region.amazonaws.com`. No look at the account says which stack made a record.
 */
function mayBeOwn(record: ResourceRecordSet): boolean {
  return hasNoPolicy(record) && /^[^.]+\.elb\.[a-z]{2,}(-[a-z]+)+-\d\./.test(targetOf(record));
}

function inTheWay(domain: string, found: ResourceRecordSet[], overwrite: boolean): ConfigProblem[] {
  // An alias takes the place of neither.
  const lasting = found.filter((record) => record.Type === "CNAME" || !hasNoPolicy(record));
  const left = overwrite ? lasting : found;
  const targets = left.map(({ Type, AliasTarget, ResourceRecords }) => {
    const values = AliasTarget?.DNSName ?? ResourceRecords?.map(({ Value }) => Value).join(" ");
    return `${Type} → ${values}`;
  });
  const key = "overwriteRecords";
  const takeOver = setCommand(key, true);
  if (left.length === 0) {
    return [];
  }
  if (left.every(mayBeOwn)) {
    return [
      {
        key,
        severity: "warning",
        reason: `${domain} leads to another load balancer now: ${targets.join(", ")}; unless this stack made the record, Route 53 refuses a second one`,
        fix: `if another made it, take it over: ${takeOver}`,
      },
    ];
  }
  return [
    {
      key,
      reason: `${domain} has a record already, which is not of this installation: ${targets.join(", ")}`,
      fix:
        lasting.length > 0
          ? "an alias can't take the place of a CNAME, nor of a record with a routing policy: delete it when nobody needs it any more"
          : `take it over: ${takeOver}; or delete it`,
    },
  ];
}
