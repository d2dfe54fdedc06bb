import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  Component,
  type Context,
  type GlobalPrincipal,
  physicalName,
  policyDocument,
  servicePrincipal,
  type Statement,
} from "@selfhosted/common";
import type { AlarmsConfig } from "../config/alarms";
import type { DatabaseConfig } from "../config/database";
import { instanceName, instanceNames } from "./instances";

export interface DatabaseEventsArgs {
  context: Context;
  config: Pick<
    AlarmsConfig,
    "databaseEvents" | "databaseEventTopicArn" | "databaseEventEmails" | "alarmHttpsEndpoints"
  >;
  clusterIdentifier: pulumi.Input<string>;
  instances: aws.rds.ClusterInstance[];
  /** Encrypts the topic. */
  keyArn: pulumi.Input<string>;
}

/** AWS has so many event subscriptions in a region and account, unless its quota is raised. */
export const mostSubscriptions = 20;

/** Names of the event subscriptions of a database, by the logical name of the component. */
export function subscriptionNames(
  name: string,
  { databaseInstanceCount: count }: Pick<DatabaseConfig, "databaseInstanceCount">,
): string[] {
  return ["cluster", ...instanceNames(count), "parameter-groups", "security-groups"].map((each) =>
    subscriptionName(`${name}-${each}`),
  );
}

function subscriptionName(logical: string): string {
  return physicalName("databaseGroup", logical);
}

/**
 * The topic to which RDS reports what happens to the cluster and its instances. The alarms of all layers go there too: who is called for
 * one wants to know of the other, and has one subscription to confirm.
 */
export class DatabaseEvents extends Component {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: DatabaseEventsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "DatabaseEvents", name, opts);
    const parent = { parent: this };

    this.topicArn = pulumi.output(args.config.databaseEventTopicArn ?? eventTopic(name, args, parent));
    const snsTopic = this.topicArn;
    for (const [source, subscription] of Object.entries(args.config.databaseEvents ? subscriptions(args) : {})) {
      const logical = `${name}-${source}`;
      new aws.rds.EventSubscription(logical, { name: subscriptionName(logical), snsTopic, ...subscription }, parent);
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

type Subscription = Pick<aws.rds.EventSubscriptionArgs, "sourceType" | "sourceIds" | "eventCategories">;

function subscriptions({ clusterIdentifier, instances }: DatabaseEventsArgs): Record<string, Subscription> {
  // One for each instance: another one is then no change to what is there.
  const ofInstances = instances.map(({ identifier }, index): [string, Subscription] => [
    instanceName(index),
    {
      sourceType: "db-instance",
      sourceIds: [identifier],
      eventCategories: ["availability", "configuration change", "failure", "maintenance", "recovery"],
    },
  ]);
  return {
    cluster: {
      sourceType: "db-cluster",
      sourceIds: [clusterIdentifier],
      eventCategories: ["failover", "failure", "maintenance"],
    },
    ...Object.fromEntries(ofInstances),
    // Of every group in the region: AWS takes the names of groups of single instances only, and of EC2-Classic. Its controls
    // RDS.21 and RDS.22 ask for both.
    "parameter-groups": { sourceType: "db-parameter-group", eventCategories: ["configuration change"] },
    "security-groups": { sourceType: "db-security-group", eventCategories: ["configuration change", "failure"] },
  };
}

/** The installation's own topic, to which RDS, CloudWatch and EventBridge may publish what they report of this account. */
function eventTopic(
  name: string,
  { context, config, keyArn }: DatabaseEventsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { arn } = new aws.sns.Topic(
    `${name}-topic`,
    { name: physicalName("topic", name), kmsMasterKeyId: keyArn },
    opts,
  );
  const publish = (sid: string, service: GlobalPrincipal): Statement => ({
    sid,
    principals: { service: servicePrincipal(service) },
    actions: ["sns:Publish"],
    resources: arn,
    conditions: { StringEquals: { "aws:SourceAccount": context.location.accountId } },
  });
  const policy = policyDocument([
    publish("DatabaseEvents", "events.rds"),
    publish("Alarms", "cloudwatch"),
    publish("Events", "events"),
  ]);
  new aws.sns.TopicPolicy(`${name}-topic-policy`, { arn, policy }, opts);
  for (const address of config.databaseEventEmails) {
    const subscription = { topic: arn, protocol: "email", endpoint: address };
    new aws.sns.TopicSubscription(`${name}-email-${address}`, subscription, opts);
  }
  for (const [tool, endpoint] of Object.entries(config.alarmHttpsEndpoints)) {
    const subscription = { topic: arn, protocol: "https", endpoint };
    const isSecret = { ...opts, additionalSecretOutputs: ["endpoint"] };
    new aws.sns.TopicSubscription(`${name}-https-${tool}`, subscription, isSecret);
  }
  return arn;
}
