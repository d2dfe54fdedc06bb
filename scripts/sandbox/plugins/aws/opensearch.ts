import { IAM } from "@aws-sdk/client-iam";
import {
  type DomainStatus,
  type LogType,
  OpenSearch,
  type OpenSearchPartitionInstanceType,
  type TLSSecurityPolicy,
  type VolumeType,
} from "@aws-sdk/client-opensearch";
import type { DomainArgs } from "@pulumi/aws/opensearch";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, json, matching, oneOf, required, valueAt } from "../checks";
import { isUnknown, type Problem, type Properties, type ResourceType, type Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { describeLogGroup } from "./logs";
import { exists, findSubnets, keyExists, securityGroupsExist } from "./references";
import { tagChanges, taggable, type Tagged, tagList, tagMap } from "./tags";

/** Holds the service-linked role that lets OpenSearch into the VPCs of an account. */
const rolePath = "/aws-service-role/opensearchservice.amazonaws.com/";

type Inputs = Tagged<Unwrap<DomainArgs>> & { domainName: string };

async function roleProblems(account: Account): Promise<Problem[]> {
  const { Roles } = await account.client(IAM).listRoles({ PathPrefix: rolePath });
  const reason = "needs a service-linked role, which gives Amazon OpenSearch Service permissions to access a VPC";
  return Roles?.length ? [] : [{ property: "vpcOptions", reason }];
}

/** Domains of Amazon OpenSearch Service. */
const domainType: ResourceType<Account, Inputs> = {
  autoname: "domainName",
  replaceOn: ["domainName", "encryptAtRest", "engineVersion", "nodeToNodeEncryption"],
  updateOn: [
    "accessPolicies",
    "advancedSecurityOptions",
    "clusterConfig",
    "domainEndpointOptions",
    "ebsOptions",
    "logPublishingOptions",
    "offPeakWindowOptions",
    "softwareUpdateOptions",
    "vpcOptions",
  ],
  secrets: ["advancedSecurityOptions"],
  check: allOf(
    matching("domainName", /^[a-z][a-z0-9-]{2,27}$/, "3 to 28 lower-case letters, digits or hyphens, a letter first"),
    matching("engineVersion", /^OpenSearch_[1-9]\.\d{1,2}$/, "a version such as OpenSearch_2.19"),
    required("clusterConfig.instanceType", "ebsOptions"),
    matching("clusterConfig.instanceType", /^[a-z0-9]+\.[a-z0-9]+\.search$/, "a type such as m7g.large.search"),
    between("clusterConfig.instanceCount", 1, 80),
    oneOf("clusterConfig.zoneAwarenessConfig.availabilityZoneCount", [2, 3]),
    oneOf("clusterConfig.dedicatedMasterCount", [3, 5]),
    oneOf("ebsOptions.volumeType", ["standard", "gp2", "gp3", "io1"]),
    between("ebsOptions.volumeSize", 10, 24_576),
    oneOf("domainEndpointOptions.tlsSecurityPolicy", [
      "Policy-Min-TLS-1-0-2019-07",
      "Policy-Min-TLS-1-2-2019-07",
      "Policy-Min-TLS-1-2-PFS-2023-10",
    ]),
    json("accessPolicies"),
    strongPassword,
    zoneAwareness,
    accessControl,
  ),
  async checkReferences({ clusterConfig, encryptAtRest, logPublishingOptions = [], vpcOptions }, { account }) {
    const { subnetIds = [], securityGroupIds = [] } = vpcOptions ?? {};
    const { subnets, problems } = await findSubnets("vpcOptions.subnetIds", subnetIds, account);
    const aware = clusterConfig?.zoneAwarenessEnabled;
    const zones = aware ? (clusterConfig.zoneAwarenessConfig?.availabilityZoneCount ?? 2) : 1;
    const found = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size;
    if (vpcOptions && (subnetIds.length !== zones || found !== zones)) {
      const reason = `must be ${zones} in as many availability zones, found ${subnetIds.length} in ${found}`;
      problems.push({ property: "vpcOptions.subnetIds", reason });
    }
    const groups = logPublishingOptions.map(({ cloudwatchLogGroupArn }) => {
      const name = cloudwatchLogGroupArn.split(":")[6] ?? "";
      return exists("logPublishingOptions", cloudwatchLogGroupArn, describeLogGroup(name, account));
    });
    return [
      ...problems,
      ...(vpcOptions ? await roleProblems(account) : []),
      ...(await securityGroupsExist("vpcOptions.securityGroupIds", securityGroupIds, subnets[0]?.VpcId, account)),
      ...(await keyExists("encryptAtRest.kmsKeyId", encryptAtRest?.kmsKeyId, account)),
      ...(await Promise.all(groups)).flat(),
    ];
  },
  find: async ({ domainName }, { account }) => (await describe(domainName, account))?.ARN,
  async create(inputs, { account }) {
    const { encryptAtRest, nodeToNodeEncryption } = inputs;
    const { DomainStatus } = await account.client(OpenSearch).createDomain({
      DomainName: inputs.domainName,
      EngineVersion: inputs.engineVersion,
      EncryptionAtRestOptions: encryptAtRest && { Enabled: encryptAtRest.enabled, KmsKeyId: encryptAtRest.kmsKeyId },
      NodeToNodeEncryptionOptions: nodeToNodeEncryption && { Enabled: nodeToNodeEncryption.enabled },
      TagList: tagList(inputs.tagsAll),
      ...options(inputs),
    });
    return { id: DomainStatus?.ARN ?? "" };
  },
  async read(id, _known, { account }) {
    const found = await describe(nameIn(id), account);
    if (!found) return undefined;
    const { TagList } = await account.client(OpenSearch).listTags({ ARN: id });
    return { ...outputs(found), tagsAll: tagMap(TagList) };
  },
  async update(id, inputs, olds, { account }) {
    const client = account.client(OpenSearch);
    await client.updateDomainConfig({ DomainName: nameIn(id), ...options(inputs) });
    const { set, removed } = tagChanges(olds.tagsAll, inputs.tagsAll);
    if (removed.length) await client.removeTags({ ARN: id, TagKeys: removed });
    const added = tagList(set);
    if (added.length) await client.addTags({ ARN: id, TagList: added });
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(OpenSearch).deleteDomain({ DomainName: nameIn(id) }));
  },
};

/** Search domains. */
export const service: Service<Account> = {
  resources: { "aws:opensearch/domain:Domain": taggable(domainType) },
};

function nameIn(arn: string): string {
  return arn.split("/").at(-1) ?? "";
}

async function describe(name: string, account: Account): Promise<DomainStatus | undefined> {
  const answer = account.client(OpenSearch).describeDomain({ DomainName: name });
  const found = (await unlessMissing(answer))?.DomainStatus;
  return found?.Deleted ? undefined : found;
}

function options(inputs: Inputs) {
  const { advancedSecurityOptions: security, clusterConfig: cluster, domainEndpointOptions, ebsOptions: ebs } = inputs;
  const master = security?.masterUserOptions;
  return {
    AccessPolicies: inputs.accessPolicies,
    AdvancedSecurityOptions: security && {
      Enabled: security.enabled,
      InternalUserDatabaseEnabled: security.internalUserDatabaseEnabled,
      MasterUserOptions: master && {
        MasterUserARN: master.masterUserArn,
        MasterUserName: master.masterUserName,
        MasterUserPassword: master.masterUserPassword,
      },
    },
    ClusterConfig: cluster && {
      DedicatedMasterCount: cluster.dedicatedMasterCount,
      DedicatedMasterEnabled: cluster.dedicatedMasterEnabled,
      DedicatedMasterType: cluster.dedicatedMasterType as OpenSearchPartitionInstanceType | undefined,
      InstanceCount: cluster.instanceCount,
      InstanceType: cluster.instanceType as OpenSearchPartitionInstanceType | undefined,
      ZoneAwarenessConfig: cluster.zoneAwarenessConfig && {
        AvailabilityZoneCount: cluster.zoneAwarenessConfig.availabilityZoneCount,
      },
      ZoneAwarenessEnabled: cluster.zoneAwarenessEnabled,
    },
    DomainEndpointOptions: domainEndpointOptions && {
      EnforceHTTPS: domainEndpointOptions.enforceHttps,
      TLSSecurityPolicy: domainEndpointOptions.tlsSecurityPolicy as TLSSecurityPolicy | undefined,
    },
    EBSOptions: ebs && {
      EBSEnabled: ebs.ebsEnabled,
      Iops: ebs.iops,
      Throughput: ebs.throughput,
      VolumeSize: ebs.volumeSize,
      VolumeType: ebs.volumeType as VolumeType | undefined,
    },
    LogPublishingOptions: inputs.logPublishingOptions && logs(inputs.logPublishingOptions),
    OffPeakWindowOptions: inputs.offPeakWindowOptions && { Enabled: inputs.offPeakWindowOptions.enabled },
    SoftwareUpdateOptions: inputs.softwareUpdateOptions && {
      AutoSoftwareUpdateEnabled: inputs.softwareUpdateOptions.autoSoftwareUpdateEnabled,
    },
    VPCOptions: inputs.vpcOptions && {
      SecurityGroupIds: inputs.vpcOptions.securityGroupIds,
      SubnetIds: inputs.vpcOptions.subnetIds,
    },
  };
}

function logs(publishing: NonNullable<Inputs["logPublishingOptions"]>) {
  const entries = publishing.map(({ cloudwatchLogGroupArn, enabled = true, logType }) => [
    logType as LogType,
    { CloudWatchLogsLogGroupArn: cloudwatchLogGroupArn, Enabled: enabled },
  ]);
  return Object.fromEntries(entries) as Record<LogType, { CloudWatchLogsLogGroupArn: string; Enabled: boolean }>;
}

/** Without the security options: AWS never returns a password. */
function outputs(found: DomainStatus): Properties {
  const { ClusterConfig: cluster, EBSOptions: ebs, EncryptionAtRestOptions: encryption } = found;
  return {
    accessPolicies: found.AccessPolicies,
    arn: found.ARN,
    clusterConfig: {
      dedicatedMasterCount: cluster?.DedicatedMasterCount,
      dedicatedMasterEnabled: cluster?.DedicatedMasterEnabled,
      dedicatedMasterType: cluster?.DedicatedMasterType,
      instanceCount: cluster?.InstanceCount,
      instanceType: cluster?.InstanceType,
      zoneAwarenessConfig: { availabilityZoneCount: cluster?.ZoneAwarenessConfig?.AvailabilityZoneCount },
      zoneAwarenessEnabled: cluster?.ZoneAwarenessEnabled,
    },
    domainEndpointOptions: {
      enforceHttps: found.DomainEndpointOptions?.EnforceHTTPS,
      tlsSecurityPolicy: found.DomainEndpointOptions?.TLSSecurityPolicy,
    },
    domainId: found.DomainId,
    domainName: found.DomainName,
    ebsOptions: {
      ebsEnabled: ebs?.EBSEnabled,
      iops: ebs?.Iops,
      throughput: ebs?.Throughput,
      volumeSize: ebs?.VolumeSize,
      volumeType: ebs?.VolumeType,
    },
    encryptAtRest: { enabled: encryption?.Enabled, kmsKeyId: encryption?.KmsKeyId },
    endpoint: found.Endpoint ?? found.Endpoints?.vpc,
    engineVersion: found.EngineVersion,
    nodeToNodeEncryption: { enabled: found.NodeToNodeEncryptionOptions?.Enabled },
    vpcOptions: found.VPCOptions && {
      securityGroupIds: found.VPCOptions.SecurityGroupIds,
      subnetIds: found.VPCOptions.SubnetIds,
    },
  };
}

/** Says nothing of what it found. */
function strongPassword(inputs: Properties): Problem[] {
  const property = "advancedSecurityOptions.masterUserOptions.masterUserPassword";
  const value = valueAt(inputs, property);
  if (typeof value !== "string") return [];
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/];
  if (value.length >= 8 && value.length <= 128 && kinds.every((kind) => kind.test(value))) return [];
  const allowed = "8 to 128 characters with a lower-case and an upper-case letter, a digit and another sign";
  return [{ property, reason: `must be ${allowed}` }];
}

function zoneAwareness(inputs: Properties): Problem[] {
  const cluster = (name: string) => valueAt(inputs, `clusterConfig.${name}`);
  const zones = Number(cluster("zoneAwarenessConfig.availabilityZoneCount") ?? 2);
  const count = cluster("instanceCount") ?? 1;
  if (cluster("zoneAwarenessEnabled") !== true || typeof count !== "number" || count >= zones) return [];
  const reason = `must be at least the number of availability zones, ${zones}, found ${count}`;
  return [{ property: "clusterConfig.instanceCount", reason }];
}

/** Fine-grained access control needs encryption on every way, and one administrator. */
function accessControl(inputs: Properties): ReturnType<Check> {
  const security = (name: string) => valueAt(inputs, `advancedSecurityOptions.${name}`);
  if (security("enabled") !== true) return [];
  const needed = ["encryptAtRest.enabled", "nodeToNodeEncryption.enabled", "domainEndpointOptions.enforceHttps"];
  const lacking = needed.filter((property) => {
    const value = valueAt(inputs, property);
    return value !== true && !isUnknown(value);
  });
  const database = security("internalUserDatabaseEnabled") === true;
  const master = database ? ["masterUserName", "masterUserPassword"] : ["masterUserArn"];
  const absent = master.filter((name) => security(`masterUserOptions.${name}`) === undefined);
  return [
    ...lacking.map((property) => ({ property, reason: "must be true with fine-grained access control" })),
    ...absent.map((name) => ({ property: `advancedSecurityOptions.masterUserOptions.${name}`, reason: "is required" })),
  ];
}
