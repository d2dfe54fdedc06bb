import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, physicalName, policyDocument, servicePrincipal, Surroundings } from "@selfhosted/common";
import { DatabaseConfig } from "./config/database";

export interface DatabaseEventsArgs {
  clusterIdentifier: pulumi.Input<string>;
  instances: aws.rds.ClusterInstance[];
  where: Surroundings;
  keyArn: pulumi.Input<string>;
  config: Pick<DatabaseConfig, "databaseEventTopicArn" | "databaseEventEmails">;
}

/** AWS has so many event subscriptions in a region and account, unless its quota is raised. */
export const mostSubscriptions = 20;

/** Names of the event subscriptions of a database, by the logical name of the component. */
export function subscriptionNames(
  name: string,
  { databaseInstanceCount: count }: Pick<DatabaseConfig, "databaseInstanceCount">,
): string[] {
  const instances = Array.from({ length: count }, (_, index) => `instance-${index + 1}`);
  return ["cluster", ...instances, "parameter-groups", "security-groups"].map((each) =>
    subscriptionName(`${name}-${each}`),
  );
}

function subscriptionName(logical: string): string {
  return physicalName("databaseGroup", logical);
}

/** What RDS reports about the cluster and its instances, sent to a topic. */
export class DatabaseEvents extends Component {
  readonly topicArn: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: DatabaseEventsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("infrastructure", "DatabaseEvents", name, opts);
    const { config, clusterIdentifier, instances } = args;

    this.topicArn = pulumi.output(config.databaseEventTopicArn ?? this.topic());
    this.subscribe(`${name}-cluster`, "db-cluster", [clusterIdentifier], ["failover", "failure", "maintenance"]);
    // One for each: another instance is then no change to what is there.
    instances.forEach((instance, index) => {
      const categories = ["availability", "configuration change", "failure", "maintenance", "recovery"];
      this.subscribe(`${name}-instance-${index + 1}`, "db-instance", [instance.identifier], categories);
    });
    // Of every group in the region: AWS takes the names of groups of single instances only, and of EC2-Classic. Its controls
    // RDS.21 and RDS.22 ask for both.
    this.subscribe(`${name}-parameter-groups`, "db-parameter-group", undefined, ["configuration change"]);
    this.subscribe(`${name}-security-groups`, "db-security-group", undefined, ["configuration change", "failure"]);
    this.registerOutputs({ topicArn: this.topicArn });
  }

  private subscribe(
    name: string,
    sourceType: string,
    sourceIds: pulumi.Input<string>[] | undefined,
    eventCategories: string[],
  ): void {
    new aws.rds.EventSubscription(
      name,
      {
        name: subscriptionName(name),
        snsTopic: this.topicArn,
        sourceType,
        sourceIds,
        eventCategories,
      },
      { parent: this },
    );
  }

  private topic(): pulumi.Output<string> {
    const { name } = this;
    const { where, keyArn, config } = this.args;
    const topic = new aws.sns.Topic(
      `${name}-topic`,
      { name: physicalName("topic", name), kmsMasterKeyId: keyArn },
      { parent: this },
    );
    new aws.sns.TopicPolicy(
      `${name}-topic-policy`,
      {
        arn: topic.arn,
        policy: policyDocument([
          {
            sid: "DatabaseEvents",
            principals: { service: servicePrincipal("events.rds") },
            actions: ["sns:Publish"],
            resources: topic.arn,
            conditions: { StringEquals: { "aws:SourceAccount": where.accountId } },
          },
        ]),
      },
      { parent: this },
    );
    for (const address of config.databaseEventEmails) {
      new aws.sns.TopicSubscription(
        `${name}-email-${address}`,
        { topic: topic.arn, protocol: "email", endpoint: address },
        { parent: this },
      );
    }
    return topic.arn;
  }
}
