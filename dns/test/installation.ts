import {
  applicationContract,
  partlyKnown,
  type ApplicationOutputs,
  type Check,
  type Found,
  type HostedZone,
  type LoadBalancerOutputs,
  type ServiceOutputs,
} from "@selfhosted/common";
import {
  accountId,
  partitions,
  run,
  withFakeAws,
  type AwsAnswers,
  type Outcome,
  type Partition,
} from "@selfhosted/common/testing";
import * as path from "node:path";
import { readConfig } from "../config";
import { lookUpAccount } from "../lookups";

/** The public zone example.com of a healthy account. */
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
  /** What AWS answers, in place of an account that holds the zone. */
  aws?: Partial<AwsAnswers>;
}

/** Runs the dns layer under an application layer that is deployed, with the zone `example.com`. */
export function runDns(args: Args = {}): Promise<Outcome> {
  const { config = { zoneName: "example.com" }, partition, stack, aws } = args;
  return run({
    ...{ layer: "dns", folder: path.resolve(__dirname, ".."), stack, partition, config, aws },
    stacks: { "selfhosted-application": { ...upstreamOf(args) } },
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

/** What the layer sees in the account, without running its program. */
export function look(args: Args): Promise<{ checks: Check[]; zone?: HostedZone }> {
  const { inputs } = read(args);
  return withFakeAws(args.aws ?? {}, (aws) => lookUpAccount(inputs, { stack: "test", aws }), args.partition);
}

/** The problems of configuration and account, without running the program: `severity key: reason → fix`. */
export async function problems(args: Args): Promise<string[]> {
  const { checks } = await look(args);
  return [...read(args).problems, ...checks.flatMap((check) => check.problems)].map(
    ({ severity = "error", key, reason, fix }) => `${severity} ${key}: ${reason} → ${fix}`,
  );
}

function read(args: Args): ReturnType<typeof readConfig> {
  const found = Object.entries(args.config ?? { zoneName: "example.com" }).map(([key, value]) => [
    key.includes(":") ? key : `selfhosted-dns:${key}`,
    { text: typeof value === "string" ? value : JSON.stringify(value), encrypted: false },
  ]);
  return readConfig(Object.fromEntries(found) as Found, upstreamOf(args) ?? partlyKnown<ApplicationOutputs>({}));
}

function upstreamOf({ application, partition, domain }: Args): ApplicationOutputs | undefined {
  return application === "none" ? undefined : { ...applicationOutputs(partition, domain), ...application };
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
