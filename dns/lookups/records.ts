import {
  type AwsClients,
  bareName,
  type ConfigProblem,
  type HostedZone,
  ifKnown,
  type LookUp,
  recordsOf,
  type ResourceRecordSet,
  setCommand,
} from "@selfhosted/common";
import type { Reads } from "../config";
import { domainsOf } from "../hosts";

interface RecordInputs extends Reads<"bareDomain" | "overwriteRecords", "api" | "console"> {
  zone: HostedZone;
  zoneAws: Pick<AwsClients, "route53">;
}

/** No record that isn't the layer's own has one of its names. */
export const records: LookUp<RecordInputs> = {
  name: "records",
  key: "overwriteRecords",
  what: ({ zone }) => `the records of zone ${zone.name} (${zone.id})`,
  async check({ config, upstream, zone, zoneAws }) {
    const domains = domainsOf(upstream, config);
    const isOwn = ownTargets(upstream);
    const found = await Promise.all(domains.map((domain) => recordsOf(zoneAws.route53, zone.id, domain)));
    const foreign = found.map((all) =>
      all.filter((record) => ["A", "AAAA", "CNAME"].includes(record.Type ?? "") && !isOwn(record)),
    );
    return {
      detail: `no other records of ${domains.join(", ")}`,
      problems: domains.flatMap((domain, index) => conflicts(domain, foreign[index] ?? [], config.overwriteRecords)),
    };
  },
};

/**
 * Whether a record leads to a load balancer of this installation. The name of a load balancer is unique in an account and region, and
 * its DNS name begins with it: so a record that leads to one which has been replaced is the layer's own too.
 */
function ownTargets(upstream: RecordInputs["upstream"]): (record: ResourceRecordSet) => boolean {
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
 * `name-id.elb.region.amazonaws.com`. Nothing in the account says which stack made a record.
 */
function mayBeOwn(record: ResourceRecordSet): boolean {
  return hasNoPolicy(record) && /^[^.]+\.elb\.[a-z]{2,}(-[a-z]+)+-\d\./.test(targetOf(record));
}

function conflicts(domain: string, found: ResourceRecordSet[], overwrite: boolean): ConfigProblem[] {
  // An alias takes the place of neither.
  const lasting = found.filter((record) => record.Type === "CNAME" || !hasNoPolicy(record));
  const left = overwrite ? lasting : found;
  const targets = left.map(({ Type, AliasTarget, ResourceRecords }) => {
    const values = AliasTarget?.DNSName ?? ResourceRecords?.map(({ Value }) => Value).join(" ");
    return `${Type} → ${values}`;
  });
  const key = "overwriteRecords";
  const takeOver = `take it over: ${setCommand(key, true)}`;
  const now = targets.join(", ");
  if (left.length === 0) {
    return [];
  }
  if (left.every(mayBeOwn)) {
    const reason = `${domain} leads to another load balancer now: ${now}; unless this stack made the record, Route 53 refuses a second one`;
    return [{ key, reason, fix: `if another made it, ${takeOver}`, severity: "warning" }];
  }
  const reason = `${domain} has a record already, which is not of this installation: ${now}`;
  const fix =
    lasting.length > 0
      ? "an alias can't take the place of a CNAME, nor of a record with a routing policy: delete it when it is no longer needed"
      : `${takeOver}; or delete it`;
  return [{ key, reason, fix }];
}
