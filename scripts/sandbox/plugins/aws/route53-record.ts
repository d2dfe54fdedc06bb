import { isIPv4, isIPv6 } from "node:net";
import {
  type ChangeAction,
  type ResourceRecordSet,
  Route53,
  type RRType,
  waitUntilResourceRecordSetsChanged,
} from "@aws-sdk/client-route-53";
import type { RecordArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, oneOf, required, rule } from "../checks";
import { isUnknown, type Properties, type ResourceType } from "../resource";
import type { Account } from "./account";
import { bareName, describeZone } from "./route53-zone";

type Inputs = Unwrap<RecordArgs>;

const propagationSeconds = 300;

/** Records with simple routing. */
export const recordType: ResourceType<Account, Inputs> = {
  replaceOn: ["name", "type", "zoneId"],
  updateOn: ["aliases", "allowOverwrite", "records", "ttl"],
  check: allOf(
    required("name", "type", "zoneId"),
    oneOf("type", ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"]),
    between("ttl", 0, 2_147_483_647),
    rule("aliases", (aliases) => ((aliases as unknown[]).length === 1 ? undefined : "must be one alias")),
    aliasOrRecords,
    addresses,
  ),
  async checkReferences({ name, zoneId }, { account }) {
    const zone = await describeZone(zoneId, account);
    if (!zone) return [{ property: "zoneId", reason: `names ${zoneId}, which doesn't exist` }];
    const zoneName = bareName(zone.Name);
    const inside =
      bareName(name) === zoneName || bareName(name).endsWith(`.${zoneName}`) || !bareName(name).includes(".");
    return inside ? [] : [{ property: "name", reason: `must lie in the zone ${zoneName}, found ${name}` }];
  },
  async find(inputs, { account }) {
    if (inputs.allowOverwrite) return undefined;
    return (await describeRecord(inputs, account)) && idOf(inputs);
  },
  async create(inputs, { account }) {
    await change("UPSERT", await recordSet(inputs, account), inputs.zoneId, account);
    return { id: idOf(inputs) };
  },
  async read(_id, known, { account }) {
    const found = await describeRecord(known, account);
    if (!found) return undefined;
    const alias = found.AliasTarget;
    return {
      aliases: alias && [
        { evaluateTargetHealth: alias.EvaluateTargetHealth, name: bareName(alias.DNSName), zoneId: alias.HostedZoneId },
      ],
      fqdn: bareName(found.Name),
      records: found.ResourceRecords?.map(({ Value = "" }) => (known.type === "TXT" ? unquoted(Value) : Value)),
      ttl: found.TTL,
      type: found.Type,
      zoneId: known.zoneId,
    };
  },
  async update(_id, inputs, _olds, { account }) {
    await change("UPSERT", await recordSet(inputs, account), inputs.zoneId, account);
  },
  async delete(_id, olds, { account }) {
    const found = await describeRecord(olds, account);
    if (found) await change("DELETE", found, olds.zoneId, account);
  },
};

function idOf({ name, type, zoneId }: Inputs): string {
  return [zoneId, bareName(name), type].join("_");
}

/** Names without the zone's are taken as being in it. */
async function fullName({ name, zoneId }: Inputs, account: Account): Promise<string> {
  const zoneName = bareName((await describeZone(zoneId, account))?.Name);
  return bareName(name).endsWith(zoneName) ? bareName(name) : `${bareName(name)}.${zoneName}`;
}

async function describeRecord(inputs: Inputs, account: Account): Promise<ResourceRecordSet | undefined> {
  if (!(await describeZone(inputs.zoneId, account))) return undefined;
  const name = await fullName(inputs, account);
  const StartRecordType = inputs.type as RRType;
  const { ResourceRecordSets } = await account.client(Route53).listResourceRecordSets({
    HostedZoneId: inputs.zoneId,
    StartRecordName: name,
    StartRecordType,
  });
  return ResourceRecordSets?.find(({ Name, Type }) => bareName(Name) === name && Type === inputs.type);
}

async function recordSet(inputs: Inputs, account: Account): Promise<ResourceRecordSet> {
  const [alias] = inputs.aliases ?? [];
  const quoted = (value: string) => (inputs.type === "TXT" ? `"${unquoted(value)}"` : value);
  return {
    Name: await fullName(inputs, account),
    Type: inputs.type as RRType,
    TTL: inputs.ttl,
    ResourceRecords: inputs.records?.map((value) => ({ Value: quoted(value) })),
    AliasTarget: alias && {
      DNSName: alias.name,
      EvaluateTargetHealth: alias.evaluateTargetHealth,
      HostedZoneId: alias.zoneId,
    },
  };
}

async function change(
  action: ChangeAction,
  record: ResourceRecordSet,
  zoneId: string,
  account: Account,
): Promise<void> {
  const client = account.client(Route53);
  const { ChangeInfo } = await client.changeResourceRecordSets({
    HostedZoneId: zoneId,
    ChangeBatch: { Changes: [{ Action: action, ResourceRecordSet: record }] },
  });
  await waitUntilResourceRecordSetsChanged(
    { client, maxWaitTime: propagationSeconds, minDelay: 1 },
    { Id: ChangeInfo?.Id },
  );
}

function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}

function aliasOrRecords(inputs: Properties): ReturnType<Check> {
  const { aliases, records, ttl, type } = inputs;
  const wrong: [boolean, string, string][] = [
    [aliases === undefined && records === undefined, "records", "or aliases is required"],
    [aliases !== undefined && records !== undefined, "aliases", "and records exclude each other"],
    [aliases !== undefined && ttl !== undefined, "ttl", "belongs to records, not to aliases"],
    [records !== undefined && ttl === undefined, "ttl", "is required with records"],
    [aliases !== undefined && type === "CNAME", "type", "of an alias is that of its target, not CNAME"],
  ];
  return wrong.filter(([is]) => is).map(([, property, reason]) => ({ property, reason }));
}

function addresses({ records, type }: Properties): ReturnType<Check> {
  const valid: Record<string, (value: string) => boolean> = { A: isIPv4, AAAA: isIPv6 };
  const isValid = valid[String(type)];
  if (!isValid || !Array.isArray(records)) return [];
  return records
    .filter((value: unknown) => !isUnknown(value) && !isValid(String(value)))
    .map((value: unknown) => ({
      property: "records",
      reason: `of type ${String(type)} must be addresses, found ${String(value)}`,
    }));
}
