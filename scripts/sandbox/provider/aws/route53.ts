import type {
  ChangeAction,
  HealthCheckType,
  ResourceRecordSet,
  Route53,
  RRType,
  VPCRegion,
} from "@aws-sdk/client-route-53";
import type { HealthCheckArgs, QueryLogArgs, RecordArgs, ZoneAssociationArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import { waitWith } from "../../../aws/wait";
import type { Service } from "../resource";
import type { Account, Tags } from "./account";
import { fromAws, toAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

type RecordInputs = Unwrap<RecordArgs>;

const ofHealthCheck = (ResourceId: string) => ({ ResourceType: "healthcheck" as const, ResourceId });

const route53 = typesOf(async () => (await import("@aws-sdk/client-route-53")).Route53, {
  of: (id) => id,
  read: async (aws, id) => tagMap((await aws.listTagsForResource(ofHealthCheck(id))).ResourceTagSet?.Tags),
  tag,
  untag: (aws, id, RemoveTagKeys) => aws.changeTagsForResource({ ...ofHealthCheck(id), RemoveTagKeys }),
});

const propagationSeconds = 300;

const endpointNames = {
  disabled: "Disabled",
  enableSni: "EnableSNI",
  failureThreshold: "FailureThreshold",
  fqdn: "FullyQualifiedDomainName",
  port: "Port",
  resourcePath: "ResourcePath",
} as const;
const checkNames = { ...endpointNames, measureLatency: "MeasureLatency", requestInterval: "RequestInterval" } as const;

/** Records, further VPCs and query logs of hosted zones, and health checks. */
export const service: Service<Account> = {
  resources: {
    "aws:route53/healthCheck:HealthCheck": route53<Inputs<HealthCheckArgs>>({
      replaceOn: ["measureLatency", "requestInterval", "type"],
      updateOn: ["disabled", "enableSni", "failureThreshold", "fqdn", "port", "resourcePath"],
      defaults: (inputs) => ({ disabled: false, failureThreshold: 3, requestInterval: 30, ...inputs }),
      async create(aws, inputs, { urn }) {
        const { HealthCheck } = await aws.createHealthCheck({
          CallerReference: `${urn.slice(-40)}-${Date.now()}`,
          HealthCheckConfig: { Type: inputs.type as HealthCheckType, ...toAws(checkNames, inputs) },
        });
        return HealthCheck?.Id ?? "";
      },
      settle: (aws, id, { tagsAll }) => tag(aws, id, tagsAll),
      async get(aws, HealthCheckId) {
        const { HealthCheck } = await aws.getHealthCheck({ HealthCheckId });
        return fromAws({ ...checkNames, type: "Type" }, HealthCheck?.HealthCheckConfig);
      },
      update: (aws, HealthCheckId, inputs) => aws.updateHealthCheck({ HealthCheckId, ...toAws(endpointNames, inputs) }),
      delete: (aws, HealthCheckId) => aws.deleteHealthCheck({ HealthCheckId }),
    }),

    "aws:route53/queryLog:QueryLog": route53<Inputs<QueryLogArgs>>({
      tagged: false,
      replaceOn: ["cloudwatchLogGroupArn", "zoneId"],
      updateOn: [],
      async create(aws, { cloudwatchLogGroupArn: CloudWatchLogsLogGroupArn, zoneId: HostedZoneId }) {
        const answer = await aws.createQueryLoggingConfig({ CloudWatchLogsLogGroupArn, HostedZoneId });
        return answer.QueryLoggingConfig?.Id ?? "";
      },
      async get(aws, Id) {
        const { QueryLoggingConfig: found } = await aws.getQueryLoggingConfig({ Id });
        return found && { cloudwatchLogGroupArn: found.CloudWatchLogsLogGroupArn, zoneId: found.HostedZoneId };
      },
      delete: (aws, Id) => aws.deleteQueryLoggingConfig({ Id }),
    }),

    "aws:route53/record:Record": route53<RecordInputs>({
      tagged: false,
      replaceOn: ["name", "type", "zoneId"],
      updateOn: ["aliases", "allowOverwrite", "records", "ttl"],
      defaults: ({ name, ...inputs }) => ({ ...inputs, name: typeof name === "string" ? bareName(name) : name }),
      async create(aws, inputs) {
        await change(aws, inputs.allowOverwrite ? "UPSERT" : "CREATE", inputs.zoneId, recordSet(inputs));
        return [inputs.zoneId, inputs.name, inputs.type].join("_");
      },
      async get(aws, id) {
        const { zoneId, name, type } = ofRecord(id);
        const found = await recordOf(aws, id);
        const alias = found?.AliasTarget;
        return (
          found && {
            ...{ zoneId, name, type, fqdn: name, ttl: found.TTL },
            records: found.ResourceRecords?.map(({ Value }) => Value),
            aliases: alias && [
              {
                name: bareName(alias.DNSName),
                zoneId: alias.HostedZoneId,
                evaluateTargetHealth: alias.EvaluateTargetHealth,
              },
            ],
          }
        );
      },
      update: (aws, _id, inputs) => change(aws, "UPSERT", inputs.zoneId, recordSet(inputs)),
      async delete(aws, id, { zoneId }) {
        const found = await recordOf(aws, id);
        if (found) await change(aws, "DELETE", zoneId, found);
      },
    }),

    /** A further VPC in which the names of a private zone are found. */
    "aws:route53/zoneAssociation:ZoneAssociation": route53<Unwrap<ZoneAssociationArgs>>({
      tagged: false,
      replaceOn: ["vpcId", "vpcRegion", "zoneId"],
      updateOn: [],
      defaults: (inputs, { account }) => ({ vpcRegion: account.region, ...inputs }),
      async create(aws, inputs) {
        await aws.associateVPCWithHostedZone(association(inputs));
        return `${inputs.zoneId}:${inputs.vpcId}`;
      },
      async get(aws, id) {
        const [zoneId, vpcId] = id.split(":");
        const found = (await aws.getHostedZone({ Id: zoneId })).VPCs?.find(({ VPCId }) => VPCId === vpcId);
        return found && { zoneId, vpcId, vpcRegion: found.VPCRegion };
      },
      delete: (aws, _id, olds) => aws.disassociateVPCFromHostedZone(association(olds)),
    }),
  },
};

/** Names without the dot that Route 53 puts behind them, in lower case. */
export function bareName(name = ""): string {
  return name.replace(/\.$/, "").toLowerCase();
}

function tag(aws: Route53, id: string, tags: Tags): Promise<unknown> {
  const AddTags = tagList(tags);
  return AddTags.length ? aws.changeTagsForResource({ ...ofHealthCheck(id), AddTags }) : Promise.resolve();
}

function association({ vpcId, vpcRegion, zoneId }: Unwrap<ZoneAssociationArgs>) {
  return { HostedZoneId: zoneId, VPC: { VPCId: vpcId, VPCRegion: vpcRegion as VPCRegion } };
}

/** What the id of a record, `zone_name_type`, names. The name may hold underscores. */
function ofRecord(id: string): { zoneId: string; name: string; type: RRType } {
  const [zoneId = "", ...rest] = id.split("_");
  return { zoneId, name: bareName(rest.slice(0, -1).join("_")), type: rest.at(-1) as RRType };
}

async function recordOf(aws: Route53, id: string): Promise<ResourceRecordSet | undefined> {
  const { zoneId, name, type } = ofRecord(id);
  const start = { HostedZoneId: zoneId, StartRecordName: name, StartRecordType: type };
  const { ResourceRecordSets } = await aws.listResourceRecordSets(start);
  return ResourceRecordSets?.find(({ Name, Type }) => bareName(Name) === name && Type === type);
}

function recordSet({ aliases: [alias] = [], name, records, ttl, type }: RecordInputs): ResourceRecordSet {
  return {
    Name: name,
    Type: type as RRType,
    TTL: ttl,
    ResourceRecords: records?.map((Value) => ({ Value })),
    AliasTarget: alias && {
      DNSName: alias.name,
      EvaluateTargetHealth: alias.evaluateTargetHealth,
      HostedZoneId: alias.zoneId,
    },
  };
}

async function change(client: Route53, Action: ChangeAction, zone: string, record: ResourceRecordSet): Promise<void> {
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet: record }] };
  const { ChangeInfo } = await client.changeResourceRecordSets({ HostedZoneId: zone, ChangeBatch });
  const { waitUntilResourceRecordSetsChanged } = await import("@aws-sdk/client-route-53");
  await waitWith(client, (given) =>
    waitUntilResourceRecordSetsChanged(
      { ...given, maxWaitTime: propagationSeconds, minDelay: 1 },
      { Id: ChangeInfo?.Id },
    ),
  );
}
