import { ApplicationOutputs, applicationContract, LoadBalancerOutputs, ServiceOutputs } from "@selfhosted/common";
import { accountId, Outcome, Partition, partitions, run, Values } from "@selfhosted/common/testing";
import * as path from "node:path";

export const zoneId = "Z0PUBLICZONE";
export const vpcId = "vpc-0123456789abcdef0";

export interface Args {
  config?: Record<string, unknown>;
  /** Parent of `api.` and `app.`. */
  domain?: string;
  /** Outputs of the application layer over the usual ones; `"none"` where it was never deployed. */
  application?: Partial<ApplicationOutputs> | "none";
  partition?: Partition;
  stack?: string;
  /** What `getZone` answers; throws as AWS would refuse. */
  zone?: (query: Values) => Values;
}

/** Runs the dns layer under an application layer that is deployed, with the zone `example.com`. */
export function runDns(args: Args = {}): Promise<Outcome> {
  const partition = args.partition ?? "aws";
  const outputs =
    args.application === "none" ? {} : { ...applicationOutputs(partition, args.domain), ...args.application };
  return run({
    layer: "dns",
    folder: path.resolve(__dirname, ".."),
    stack: args.stack,
    partition,
    config: args.config ?? { zoneName: "example.com" },
    stacks: { "selfhosted-application": outputs },
    calls: { "aws:route53/getZone:getZone": args.zone ?? publicZone },
  });
}

/** The message with which the layer refuses; nothing may have been made. */
export async function refusal(args: Args): Promise<string> {
  const outcome = await runDns(args).catch((error: unknown) => error);
  if (!(outcome instanceof Error)) {
    throw new Error("expected a refusal, but the layer was deployed");
  }
  return outcome.message;
}

export function publicZone(query: Values): Values {
  return { zoneId, name: query["name"] ?? "example.com", privateZone: query["privateZone"] ?? false };
}

export function loadBalancer(thing: string, partition: Partition = "aws"): LoadBalancerOutputs {
  const { region, dnsSuffix } = partitions[partition];
  return {
    arn: `arn:${partition}:elasticloadbalancing:${region}:${accountId}:loadbalancer/net/${thing}/1`,
    dnsName: `${thing}-1.elb.${region}.${dnsSuffix}`,
    zoneId: `ZNLB${thing.toUpperCase()}`,
  };
}

export function applicationOutputs(partition: Partition = "aws", domain = "pulumi.example.com"): ApplicationOutputs {
  const { region, dnsSuffix } = partitions[partition];
  const service = (thing: string, host: string): ServiceOutputs => ({
    domain: host,
    loadBalancer: loadBalancer(thing, partition),
    targetGroupArn: `arn:${partition}:elasticloadbalancing:${region}:${accountId}:targetgroup/${thing}/1`,
    serviceName: `acme-prod-${thing}`,
    taskDefinitionArn: `arn:${partition}:ecs:${region}:${accountId}:task-definition/acme-prod-${thing}:1`,
    image: `${accountId}.dkr.ecr.${region}.${dnsSuffix}/pulumi/${thing}:20250901-101-signed`,
    logGroup: `acme-prod-${thing}`,
  });
  return {
    contractVersion: applicationContract.version,
    installation: {
      name: "acme",
      accountId,
      region,
      tags: { team: "platform" },
      size: "small",
      ephemeral: false,
    },
    clusterName: "acme-prod",
    imageTag: "20250901-101-signed",
    api: service("api", `api.${domain}`),
    console: service("console", `app.${domain}`),
    migration: { taskDefinitionArn: "", image: "", logGroup: "" },
    certificateArn: `arn:${partition}:acm:${region}:${accountId}:certificate/1`,
    internal: false,
    dualStack: false,
    vpcId,
  };
}
