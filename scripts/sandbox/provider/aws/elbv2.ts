import { isDeepStrictEqual } from "node:util";
import type {
  CreateListenerInput,
  CreateLoadBalancerInput,
  CreateTargetGroupInput,
  IpAddressType,
  ProtocolEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerArgs, LoadBalancerArgs, TargetGroupArgs } from "@pulumi/aws/lb";
import { isUnknown, type Properties, type Service } from "../resource";
import type { Account, Tags } from "./account";
import { type Fields, fromAws, inputsOf, toAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const elb = typesOf(async () => (await import("@aws-sdk/client-elastic-load-balancing-v2")).ElasticLoadBalancingV2, {
  async read(aws, arn) {
    const { TagDescriptions } = await aws.describeTags({ ResourceArns: [arn] });
    return tagMap(TagDescriptions?.[0]?.Tags);
  },
  tag: (aws, arn, tags) => aws.addTags({ ResourceArns: [arn], Tags: tagList(tags) }),
  untag: (aws, arn, TagKeys) => aws.removeTags({ ResourceArns: [arn], TagKeys }),
});

const balancerNames = {
  ipAddressType: "IpAddressType",
  loadBalancerType: "Type",
  securityGroups: "SecurityGroups",
} as const;
const balancerAttributes = {
  dnsRecordClientRoutingPolicy: "dns_record.client_routing_policy",
  enableCrossZoneLoadBalancing: "load_balancing.cross_zone.enabled",
  enableDeletionProtection: "deletion_protection.enabled",
};
const logAttributes = {
  enabled: "access_logs.s3.enabled",
  bucket: "access_logs.s3.bucket",
  prefix: "access_logs.s3.prefix",
};

const groupNames = { port: "Port", protocol: "Protocol", targetType: "TargetType", vpcId: "VpcId" } as const;
const groupAttributes = {
  connectionTermination: "deregistration_delay.connection_termination.enabled",
  deregistrationDelay: "deregistration_delay.timeout_seconds",
  loadBalancingCrossZoneEnabled: "load_balancing.cross_zone.enabled",
  preserveClientIp: "preserve_client_ip.enabled",
  proxyProtocolV2: "proxy_protocol_v2.enabled",
};
const healthNames = {
  enabled: "HealthCheckEnabled",
  healthyThreshold: "HealthyThresholdCount",
  interval: "HealthCheckIntervalSeconds",
  path: "HealthCheckPath",
  port: "HealthCheckPort",
  protocol: "HealthCheckProtocol",
  timeout: "HealthCheckTimeoutSeconds",
  unhealthyThreshold: "UnhealthyThresholdCount",
} as const;

const listenerNames = { port: "Port", protocol: "Protocol", sslPolicy: "SslPolicy" } as const;
const actionNames = { order: "Order", targetGroupArn: "TargetGroupArn", type: "Type" } as const;

/** Network load balancers with their target groups and listeners. */
export const service: Service<Account> = {
  resources: {
    "aws:lb/loadBalancer:LoadBalancer": elb<Inputs<LoadBalancerArgs, "name" | "subnets">>({
      autoname: "name",
      replaceOn: ["internal", "loadBalancerType", "name"],
      updateOn: [
        "accessLogs",
        "dnsRecordClientRoutingPolicy",
        "enableCrossZoneLoadBalancing",
        "enableDeletionProtection",
        "ipAddressType",
        "securityGroups",
        "subnets",
      ],
      // In-place, the provider only adds subnets, and exchanges security groups (customizeDiffLoadBalancerNLB):
      // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elbv2/load_balancer.go
      replaceFor(olds, news) {
        const [oldSubnets, subnets] = [knownSet(olds.subnets), knownSet(news.subnets)];
        const [oldGroups, groups] = [knownSet(olds.securityGroups ?? []), knownSet(news.securityGroups ?? [])];
        const isReplaced = oldSubnets && subnets && !isEqual(oldSubnets, subnets) && subnets.size <= oldSubnets.size;
        const isOpened = oldGroups && groups && (oldGroups.size === 0) !== (groups.size === 0);
        return [...(isReplaced ? ["subnets" as const] : []), ...(isOpened ? ["securityGroups" as const] : [])];
      },
      defaults: (inputs) => ({ internal: false, ipAddressType: "ipv4", ...inputs }),
      async create(aws, inputs) {
        const { LoadBalancers } = await aws.createLoadBalancer({
          ...toAws({ ...balancerNames, name: "Name", subnets: "Subnets" } as const, inputs),
          ...tags(inputs),
          Scheme: inputs.internal ? "internal" : "internet-facing",
        } as CreateLoadBalancerInput);
        return LoadBalancers?.[0]?.LoadBalancerArn ?? "";
      },
      async settle(aws, LoadBalancerArn, inputs) {
        const logs = inputs.accessLogs?.enabled ? inputs.accessLogs : { enabled: false };
        const Attributes = [...attributes(balancerAttributes, inputs), ...attributes(logAttributes, logs)];
        await aws.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes });
      },
      async get(aws, arn, { accessLogs }) {
        const found = (await aws.describeLoadBalancers({ LoadBalancerArns: [arn] })).LoadBalancers?.[0];
        const { Attributes } = await aws.describeLoadBalancerAttributes({ LoadBalancerArn: arn });
        const logs = fromAttributes(logAttributes, Attributes);
        return {
          ...fromAws({ ...balancerNames, dnsName: "DNSName", name: "LoadBalancerName", vpcId: "VpcId" }, found),
          ...fromAttributes(balancerAttributes, Attributes),
          // Where nothing is logged, AWS holds no bucket.
          accessLogs: logs.enabled ? logs : { ...accessLogs, enabled: false },
          arn,
          arnSuffix: arn.split(":loadbalancer/")[1],
          internal: found?.Scheme === "internal",
          subnets: found?.AvailabilityZones?.map(({ SubnetId }) => SubnetId),
          zoneId: found?.CanonicalHostedZoneId,
        };
      },
      async update(aws, LoadBalancerArn, inputs, olds) {
        const { securityGroups = [], subnets } = inputs;
        const IpAddressType = inputs.ipAddressType as IpAddressType;
        if (!isDeepStrictEqual(subnets, olds.subnets)) await aws.setSubnets({ LoadBalancerArn, Subnets: subnets });
        if (IpAddressType !== olds.ipAddressType) await aws.setIpAddressType({ LoadBalancerArn, IpAddressType });
        if (!isDeepStrictEqual(securityGroups, olds.securityGroups ?? [])) {
          await aws.setSecurityGroups({ LoadBalancerArn, SecurityGroups: securityGroups });
        }
      },
      delete: (aws, LoadBalancerArn) => aws.deleteLoadBalancer({ LoadBalancerArn }),
    }),

    "aws:lb/targetGroup:TargetGroup": elb<Inputs<TargetGroupArgs, "name">>({
      autoname: "name",
      replaceOn: ["ipAddressType", "name", "port", "protocol", "targetType", "vpcId"],
      updateOn: [...inputsOf(groupAttributes), "healthCheck"],
      defaults: (inputs) => ({ deregistrationDelay: 300, targetType: "instance", ...inputs }),
      async create(aws, inputs) {
        const { TargetGroups } = await aws.createTargetGroup({
          ...toAws({ ...groupNames, ipAddressType: "IpAddressType", name: "Name" } as const, inputs),
          ...healthCheck(inputs),
          ...tags(inputs),
        } as CreateTargetGroupInput);
        return TargetGroups?.[0]?.TargetGroupArn ?? "";
      },
      async settle(aws, TargetGroupArn, inputs) {
        const Attributes = attributes(groupAttributes, inputs);
        await aws.modifyTargetGroupAttributes({ TargetGroupArn, Attributes });
      },
      async get(aws, arn) {
        const found = (await aws.describeTargetGroups({ TargetGroupArns: [arn] })).TargetGroups?.[0];
        const { Attributes } = await aws.describeTargetGroupAttributes({ TargetGroupArn: arn });
        return {
          ...fromAws({ ...groupNames, ipAddressType: "IpAddressType", name: "TargetGroupName" }, found),
          ...fromAttributes(groupAttributes, Attributes),
          arn,
          arnSuffix: arn.split(":").at(-1),
          healthCheck: { ...fromAws(healthNames, found), matcher: found?.Matcher?.HttpCode },
        };
      },
      update: (aws, TargetGroupArn, inputs) => aws.modifyTargetGroup({ TargetGroupArn, ...healthCheck(inputs) }),
      delete: (aws, TargetGroupArn) => aws.deleteTargetGroup({ TargetGroupArn }),
    }),

    "aws:lb/listener:Listener": elb<Inputs<ListenerArgs>>({
      replaceOn: ["loadBalancerArn"],
      updateOn: ["alpnPolicy", "certificateArn", "defaultActions", "port", "protocol", "sslPolicy"],
      keeps: ["sslPolicy"],
      async create(aws, inputs) {
        const request = { LoadBalancerArn: inputs.loadBalancerArn, ...listening(inputs), ...tags(inputs) };
        return (await aws.createListener(request)).Listeners?.[0]?.ListenerArn ?? "";
      },
      async get(aws, arn) {
        const found = (await aws.describeListeners({ ListenerArns: [arn] })).Listeners?.[0];
        return {
          ...fromAws({ ...listenerNames, arn: "ListenerArn", loadBalancerArn: "LoadBalancerArn" }, found),
          alpnPolicy: found?.AlpnPolicy?.[0],
          certificateArn: found?.Certificates?.[0]?.CertificateArn,
          defaultActions: found?.DefaultActions?.map((action) => fromAws(actionNames, action)),
        };
      },
      update: (aws, ListenerArn, inputs) => aws.modifyListener({ ListenerArn, ...listening(inputs) }),
      delete: (aws, ListenerArn) => aws.deleteListener({ ListenerArn }),
    }),
  },
};

function tags({ tagsAll }: { tagsAll: Tags }) {
  return Object.keys(tagsAll).length ? { Tags: tagList(tagsAll) } : {};
}

function healthCheck({ healthCheck: check = {} }: Inputs<TargetGroupArgs>) {
  const HealthCheckProtocol = check.protocol as ProtocolEnum | undefined;
  return {
    ...toAws(healthNames, check),
    HealthCheckProtocol,
    Matcher: check.matcher ? { HttpCode: check.matcher } : undefined,
  };
}

function listening(inputs: Inputs<ListenerArgs>): Omit<CreateListenerInput, "LoadBalancerArn"> {
  return {
    ...toAws(listenerNames, inputs),
    Protocol: inputs.protocol as ProtocolEnum,
    AlpnPolicy: inputs.alpnPolicy ? [inputs.alpnPolicy] : undefined,
    Certificates: inputs.certificateArn ? [{ CertificateArn: inputs.certificateArn }] : undefined,
    DefaultActions: inputs.defaultActions.map((action) => ({ ...toAws(actionNames, action), Type: "forward" })),
  };
}

/** The attributes that AWS takes for these inputs. Absent inputs stay absent. */
function attributes(names: Fields, inputs: object): { Key: string; Value: string }[] {
  const values = inputs as Properties;
  return Object.entries(names)
    .filter(([input]) => values[input] !== undefined)
    .map(([input, Key]) => ({ Key, Value: String(values[input]) }));
}

/** The other way round. Attributes that hold a number or a truth value come back as one. */
function fromAttributes(names: Fields, found: { Key?: string; Value?: string }[] = []): Properties {
  const values = new Map(found.map(({ Key, Value }) => [Key, Value]));
  const typed = (value = "") =>
    /^(true|false|\d+)$/.test(value) ? (JSON.parse(value) as unknown) : value || undefined;
  return Object.fromEntries(Object.entries(names).map(([input, key]) => [input, typed(values.get(key))]));
}

/** The items of a list that the provider treats as a set; undefined while a preview doesn't know them all. */
function knownSet(value: unknown): Set<unknown> | undefined {
  return Array.isArray(value) && !value.some(isUnknown) ? new Set<unknown>(value) : undefined;
}

function isEqual(one: Set<unknown>, other: Set<unknown>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
