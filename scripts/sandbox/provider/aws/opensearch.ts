import type { CreateDomainRequest, DomainStatus } from "@aws-sdk/client-opensearch";
import type { DomainArgs } from "@pulumi/aws/opensearch";
import type { Properties, Service } from "../resource";
import type { Account } from "./account";
import { namesFromAws, namesToAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

type DomainInputs = Inputs<DomainArgs, "domainName">;
type LogOptions = NonNullable<DomainStatus["LogPublishingOptions"]>;

/** Names that differ by more than their first letter. */
const names = {
  arn: "ARN",
  ebsEnabled: "EBSEnabled",
  ebsOptions: "EBSOptions",
  encryptAtRest: "EncryptionAtRestOptions",
  enforceHttps: "EnforceHTTPS",
  masterUserArn: "MasterUserARN",
  nodeToNodeEncryption: "NodeToNodeEncryptionOptions",
  tlsSecurityPolicy: "TLSSecurityPolicy",
  vpcOptions: "VPCOptions",
};
const fixed = ["domainName", "encryptAtRest", "engineVersion", "nodeToNodeEncryption"] as const;
const settings = [
  "accessPolicies",
  "advancedSecurityOptions",
  "clusterConfig",
  "domainEndpointOptions",
  "ebsOptions",
  "logPublishingOptions",
  "offPeakWindowOptions",
  "softwareUpdateOptions",
  "vpcOptions",
] as const;

const openSearch = typesOf(async () => (await import("@aws-sdk/client-opensearch")).OpenSearch, {
  read: async (aws, ARN) => tagMap((await aws.listTags({ ARN })).TagList),
  tag: (aws, ARN, tags) => aws.addTags({ ARN, TagList: tagList(tags) }),
  untag: (aws, ARN, TagKeys) => aws.removeTags({ ARN, TagKeys }),
});

/** Search domains. */
export const service: Service<Account> = {
  resources: {
    "aws:opensearch/domain:Domain": openSearch<DomainInputs>({
      autoname: "domainName",
      replaceOn: fixed,
      updateOn: settings,
      secrets: ["advancedSecurityOptions"],
      async create(aws, inputs) {
        const request = { ...toAws(inputs, [...fixed, ...settings]), TagList: tagList(inputs.tagsAll) };
        return (await aws.createDomain(request as CreateDomainRequest)).DomainStatus?.ARN ?? "";
      },
      async get(aws, id, { advancedSecurityOptions: security }) {
        const { DomainStatus: found } = await aws.describeDomain({ DomainName: nameIn(id) });
        if (!found || found.Deleted) return undefined;
        const held = namesFromAws(found, names) as Properties;
        return {
          ...picked(held, [...fixed, ...settings, "arn", "domainId"]),
          // AWS returns nothing of the administrator.
          advancedSecurityOptions: { ...security, ...(held.advancedSecurityOptions as Properties) },
          endpoint: found.Endpoint ?? found.Endpoints?.vpc,
          logPublishingOptions: fromLogs(found.LogPublishingOptions),
        };
      },
      update: (aws, id, inputs) => aws.updateDomainConfig({ ...toAws(inputs, settings), DomainName: nameIn(id) }),
      delete: (aws, id) => aws.deleteDomain({ DomainName: nameIn(id) }),
    }),
  },
};

/** @param id the domain's ARN, or its name where it is imported. */
function nameIn(id: string): string {
  return id.split("/").at(-1) ?? "";
}

function toAws(inputs: DomainInputs, properties: readonly (keyof DomainInputs)[]): object {
  const { logPublishingOptions: logs } = inputs;
  const renamed = namesToAws(picked(inputs, properties), names) as Properties;
  return { ...renamed, LogPublishingOptions: logs && toLogs(logs) };
}

/** Pulumi has a list, AWS an object by the kind of log. */
function toLogs(logs: NonNullable<DomainInputs["logPublishingOptions"]>): LogOptions {
  const entries = logs.map(({ cloudwatchLogGroupArn, enabled = true, logType }) => [
    logType,
    { CloudWatchLogsLogGroupArn: cloudwatchLogGroupArn, Enabled: enabled },
  ]);
  return Object.fromEntries(entries) as LogOptions;
}

function fromLogs(logs: LogOptions = {}): Properties[] {
  return Object.entries(logs).map(([logType, { CloudWatchLogsLogGroupArn, Enabled }]) => ({
    cloudwatchLogGroupArn: CloudWatchLogsLogGroupArn,
    enabled: Enabled,
    logType,
  }));
}

function picked(from: object, properties: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(from).filter(([property]) => properties.includes(property)));
}
