import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2, type ProtocolEnum, type TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetGroupArgs } from "@pulumi/aws/lb";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, matching, oneOf, required, valueAt } from "../checks";
import { isUnknown, type Properties, type ResourceType } from "../resource";
import type { Account } from "./account";
import { attributes, fromAttributes, nameCheck, readTags, retag } from "./elbv2-common";
import { unlessMissing } from "./errors";
import { exists } from "./references";
import { type Tagged, tagList } from "./tags";

type Inputs = Tagged<Unwrap<TargetGroupArgs>>;

const attributeTable = {
  connectionTermination: "deregistration_delay.connection_termination.enabled",
  deregistrationDelay: "deregistration_delay.timeout_seconds",
  loadBalancingCrossZoneEnabled: "load_balancing.cross_zone.enabled",
  preserveClientIp: "preserve_client_ip.enabled",
  proxyProtocolV2: "proxy_protocol_v2.enabled",
};

/** Target groups of network load balancers. */
export const targetGroupType: ResourceType<Account, Inputs> = {
  autoname: "name",
  replaceOn: ["ipAddressType", "name", "port", "protocol", "targetType", "vpcId"],
  updateOn: [
    "connectionTermination",
    "deregistrationDelay",
    "healthCheck",
    "loadBalancingCrossZoneEnabled",
    "preserveClientIp",
    "proxyProtocolV2",
  ],
  defaults: (inputs) => ({ deregistrationDelay: 300, targetType: "instance", ...inputs }),
  check: allOf(
    nameCheck,
    required("port", "protocol", "vpcId"),
    between("port", 1, 65535),
    oneOf("protocol", ["TCP", "TLS", "UDP", "TCP_UDP"]),
    oneOf("targetType", ["instance", "ip"]),
    oneOf("ipAddressType", ["ipv4", "ipv6"]),
    oneOf("loadBalancingCrossZoneEnabled", ["true", "false", "use_load_balancer_configuration"]),
    oneOf("preserveClientIp", ["true", "false", true, false]),
    between("deregistrationDelay", 0, 3600),
    oneOf("healthCheck.protocol", ["TCP", "HTTP", "HTTPS"]),
    between("healthCheck.interval", 5, 300),
    between("healthCheck.timeout", 2, 120),
    between("healthCheck.healthyThreshold", 2, 10),
    between("healthCheck.unhealthyThreshold", 2, 10),
    matching("healthCheck.path", /^\/.{0,1023}$/, "a path that starts with a slash"),
    matching("healthCheck.matcher", /^[2-5]\d\d([-,][2-5]\d\d)*$/, "codes such as 200, 200,202 or 200-399"),
    matching("healthCheck.port", /^(traffic-port|\d{1,5})$/, "traffic-port or a number"),
    healthCheckCombinations,
  ),
  async checkReferences({ vpcId = "" }, { account }) {
    return exists("vpcId", vpcId, account.client(EC2).describeVpcs({ VpcIds: [vpcId] }));
  },
  find: async ({ name }, { account }) => (await describeTargetGroup({ Names: [name ?? ""] }, account))?.TargetGroupArn,
  async create(inputs, { account }) {
    const { TargetGroups } = await account.client(ElasticLoadBalancingV2).createTargetGroup({
      Name: inputs.name,
      Port: inputs.port,
      Protocol: inputs.protocol as ProtocolEnum,
      TargetType: inputs.targetType as "instance" | "ip",
      VpcId: inputs.vpcId,
      IpAddressType: inputs.ipAddressType as "ipv4" | "ipv6" | undefined,
      ...(Object.keys(inputs.tagsAll).length && { Tags: tagList(inputs.tagsAll) }),
      ...healthCheck(inputs),
    });
    return { id: TargetGroups?.[0].TargetGroupArn ?? "" };
  },
  async settle(id, inputs, { account }) {
    await account.client(ElasticLoadBalancingV2).modifyTargetGroupAttributes({
      TargetGroupArn: id,
      Attributes: attributes(attributeTable, inputs),
    });
  },
  async read(id, known, { account }) {
    const found = await describeTargetGroup({ TargetGroupArns: [id] }, account);
    if (!found) return undefined;
    const { Attributes } = await account
      .client(ElasticLoadBalancingV2)
      .describeTargetGroupAttributes({ TargetGroupArn: id });
    return {
      ...targetGroupOutputs(found),
      ...fromAttributes(attributeTable, Attributes),
      // The emulated account forgets the codes of TCP groups, so they are taken as asked.
      healthCheck: {
        ...readHealthCheck(found),
        ...(known.healthCheck?.matcher && { matcher: known.healthCheck.matcher }),
      },
      tagsAll: await readTags(id, account),
    };
  },
  async update(id, inputs, olds, { account }) {
    await account.client(ElasticLoadBalancingV2).modifyTargetGroup({ TargetGroupArn: id, ...healthCheck(inputs) });
    await retag(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    const client = account.client(ElasticLoadBalancingV2);
    await unlessMissing(client.deleteTargetGroup({ TargetGroupArn: id }));
  },
};

export async function describeTargetGroup(
  by: { Names: string[] } | { TargetGroupArns: string[] },
  account: Account,
): Promise<TargetGroup | undefined> {
  return (await unlessMissing(account.client(ElasticLoadBalancingV2).describeTargetGroups(by)))?.TargetGroups?.[0];
}

function targetGroupOutputs(found: TargetGroup): Properties {
  return {
    arn: found.TargetGroupArn,
    arnSuffix: found.TargetGroupArn?.split(":").at(-1),
    healthCheck: readHealthCheck(found),
    loadBalancerArns: found.LoadBalancerArns ?? [],
    name: found.TargetGroupName,
    port: found.Port,
    protocol: found.Protocol,
    targetType: found.TargetType,
    vpcId: found.VpcId,
  };
}

function healthCheck({ healthCheck: check }: Inputs) {
  return {
    HealthCheckEnabled: check?.enabled,
    HealthCheckIntervalSeconds: check?.interval,
    HealthCheckPath: check?.path,
    HealthCheckPort: check?.port,
    HealthCheckProtocol: check?.protocol as ProtocolEnum | undefined,
    HealthCheckTimeoutSeconds: check?.timeout,
    HealthyThresholdCount: check?.healthyThreshold,
    UnhealthyThresholdCount: check?.unhealthyThreshold,
    Matcher: check?.matcher ? { HttpCode: check.matcher } : undefined,
  };
}

function readHealthCheck(found: TargetGroup): Properties {
  return {
    enabled: found.HealthCheckEnabled,
    interval: found.HealthCheckIntervalSeconds,
    path: found.HealthCheckPath,
    port: found.HealthCheckPort,
    protocol: found.HealthCheckProtocol,
    timeout: found.HealthCheckTimeoutSeconds,
    healthyThreshold: found.HealthyThresholdCount,
    unhealthyThreshold: found.UnhealthyThresholdCount,
    matcher: found.Matcher?.HttpCode,
  };
}

function healthCheckCombinations(inputs: Properties): ReturnType<Check> {
  const part = (name: string) => valueAt(inputs, `healthCheck.${name}`);
  const [interval, timeout, protocol] = [part("interval"), part("timeout"), part("protocol") ?? "TCP"];
  const wrong: [boolean, string, string][] = [
    [
      Number(timeout) >= Number(interval),
      "timeout",
      `must be shorter than the interval of ${String(interval)} seconds`,
    ],
    [protocol === "TCP" && part("path") !== undefined, "path", "belongs to a check by HTTP or HTTPS"],
    [protocol === "TCP" && part("matcher") !== undefined, "matcher", "belongs to a check by HTTP or HTTPS"],
  ];
  const known = ![interval, timeout, protocol].some(isUnknown);
  return known
    ? wrong.filter(([is]) => is).map(([, name, reason]) => ({ property: `healthCheck.${name}`, reason }))
    : [];
}
