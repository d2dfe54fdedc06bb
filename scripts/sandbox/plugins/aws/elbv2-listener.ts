import { ACM } from "@aws-sdk/client-acm";
import { ElasticLoadBalancingV2, type ProtocolEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerArgs } from "@pulumi/aws/lb";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, each, oneOf, required, rule } from "../checks";
import { isUnknown, type Problem, type Properties, type ResourceType } from "../resource";
import type { Account } from "./account";
import { readTags, retag } from "./elbv2-common";
import { describeLoadBalancer } from "./elbv2-load-balancer";
import { describeTargetGroup } from "./elbv2-target-group";
import { unlessMissing } from "./errors";
import { type Tagged, tagList } from "./tags";

type Inputs = Tagged<Unwrap<ListenerArgs>>;

/** Listeners of network load balancers, which forward to one target group. */
export const listenerType: ResourceType<Account, Inputs> = {
  replaceOn: ["loadBalancerArn"],
  updateOn: ["alpnPolicy", "certificateArn", "defaultActions", "port", "protocol", "sslPolicy"],
  defaults: (inputs) => ({
    ...(inputs.protocol === "TLS" && { sslPolicy: "ELBSecurityPolicy-2016-08" }),
    ...inputs,
  }),
  check: allOf(
    required("loadBalancerArn", "port", "protocol", "defaultActions"),
    between("port", 1, 65535),
    oneOf("protocol", ["TCP", "TLS", "UDP", "TCP_UDP"]),
    oneOf("alpnPolicy", ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"]),
    rule("defaultActions", (actions) => ((actions as unknown[]).length === 1 ? undefined : "must be one action")),
    each("defaultActions", allOf(oneOf("type", ["forward"]), required("targetGroupArn"))),
    tlsOnly,
  ),
  async checkReferences(inputs, { account }) {
    const [loadBalancer, group] = await Promise.all([
      describeLoadBalancer({ LoadBalancerArns: [inputs.loadBalancerArn] }, account),
      describeTargetGroup({ TargetGroupArns: [targetGroupArn(inputs)] }, account),
    ]);
    const property = "defaultActions";
    const fitting = inputs.protocol === "TLS" ? ["TCP", "TLS"] : [inputs.protocol];
    const wrong: [boolean, Problem][] = [
      [!loadBalancer, { property: "loadBalancerArn", reason: `names ${inputs.loadBalancerArn}, which doesn't exist` }],
      [!group, { property, reason: `name ${targetGroupArn(inputs)}, which doesn't exist` }],
      [
        group !== undefined && loadBalancer !== undefined && group.VpcId !== loadBalancer.VpcId,
        { property, reason: `name a target group in ${group?.VpcId}; the load balancer is in ${loadBalancer?.VpcId}` },
      ],
      [
        group !== undefined && !fitting.includes(group.Protocol),
        {
          property,
          reason: `name a target group for ${group?.Protocol}; a ${inputs.protocol} listener needs ${fitting.join(" or ")}`,
        },
      ],
    ];
    return [
      ...wrong.filter(([is]) => is).map(([, problem]) => problem),
      ...(await certificateProblems(inputs.certificateArn, account)),
      ...(await policyProblems(inputs.sslPolicy, account)),
    ];
  },
  async find({ loadBalancerArn, port }, { account }) {
    const { Listeners } = await account
      .client(ElasticLoadBalancingV2)
      .describeListeners({ LoadBalancerArn: loadBalancerArn });
    return Listeners?.find(({ Port }) => Port === port)?.ListenerArn;
  },
  async create(inputs, { account }) {
    const { Listeners } = await account.client(ElasticLoadBalancingV2).createListener({
      LoadBalancerArn: inputs.loadBalancerArn,
      ...options(inputs),
      ...(Object.keys(inputs.tagsAll).length && { Tags: tagList(inputs.tagsAll) }),
    });
    return { id: Listeners?.[0].ListenerArn ?? "" };
  },
  async read(id, _known, { account }) {
    const client = account.client(ElasticLoadBalancingV2);
    const answer = await unlessMissing(client.describeListeners({ ListenerArns: [id] }));
    const found = answer?.Listeners?.[0];
    if (!found) return undefined;
    return {
      alpnPolicy: found.AlpnPolicy?.[0],
      arn: found.ListenerArn,
      certificateArn: found.Certificates?.[0]?.CertificateArn,
      defaultActions: (found.DefaultActions ?? []).map(({ TargetGroupArn, Type, Order }) => ({
        type: Type,
        targetGroupArn: TargetGroupArn,
        order: Order,
      })),
      loadBalancerArn: found.LoadBalancerArn,
      port: found.Port,
      protocol: found.Protocol,
      sslPolicy: found.SslPolicy,
      tagsAll: await readTags(id, account),
    };
  },
  async update(id, inputs, olds, { account }) {
    const { Protocol, ...changed } = options(inputs);
    // The emulated account refuses TLS here, even where it stays as it is.
    const protocol = inputs.protocol === olds.protocol ? {} : { Protocol };
    await account.client(ElasticLoadBalancingV2).modifyListener({ ListenerArn: id, ...changed, ...protocol });
    await retag(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    const client = account.client(ElasticLoadBalancingV2);
    await unlessMissing(client.deleteListener({ ListenerArn: id }));
  },
};

function options(inputs: Inputs) {
  return {
    Port: inputs.port,
    Protocol: inputs.protocol as ProtocolEnum,
    SslPolicy: inputs.sslPolicy,
    AlpnPolicy: inputs.alpnPolicy ? [inputs.alpnPolicy] : undefined,
    Certificates: inputs.certificateArn ? [{ CertificateArn: inputs.certificateArn }] : undefined,
    DefaultActions: [{ Type: "forward" as const, TargetGroupArn: targetGroupArn(inputs) }],
  };
}

function targetGroupArn({ defaultActions }: Inputs): string {
  return defaultActions[0]?.targetGroupArn ?? "";
}

function tlsOnly(inputs: Properties): ReturnType<Check> {
  if (inputs.protocol === undefined || isUnknown(inputs.protocol)) return [];
  if (inputs.protocol === "TLS") return required("certificateArn")(inputs);
  return ["certificateArn", "sslPolicy", "alpnPolicy"]
    .filter((property) => inputs[property] !== undefined)
    .map((property) => ({ property, reason: `belongs to a TLS listener; this one is ${String(inputs.protocol)}` }));
}

async function certificateProblems(arn: string | undefined, account: Account): Promise<Problem[]> {
  if (!arn) return [];
  const property = "certificateArn";
  const describe = account.client(ACM).describeCertificate({ CertificateArn: arn });
  const status = (await unlessMissing(describe))?.Certificate?.Status;
  if (status === undefined) return [{ property, reason: `names ${arn}, which doesn't exist` }];
  return status === "ISSUED" ? [] : [{ property, reason: `names ${arn}, which is ${status} and not ISSUED` }];
}

/** The policies with FIPS cryptography, which the emulated account doesn't list. */
const fipsPolicy = /^ELBSecurityPolicy-TLS13-1-(3|2|2-Res|2-Ext[012]|1|0)-FIPS-2023-04$/;

async function policyProblems(name: string | undefined, account: Account): Promise<Problem[]> {
  if (!name || fipsPolicy.test(name)) return [];
  const { SslPolicies = [] } = await account.client(ElasticLoadBalancingV2).describeSSLPolicies({});
  const known = SslPolicies.some((policy) => policy.Name === name);
  return known
    ? []
    : [{ property: "sslPolicy", reason: `names ${name}, which isn't a policy of Elastic Load Balancing` }];
}
