import {
  allPages,
  type AwsClients,
  type Check,
  lookUpIfAllowed,
  lookUpNamed,
  nothingToCheck,
  problemIf,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { mostSubscriptions, subscriptionNames } from "../../database/events";

/** The region has room for the database's event subscriptions. */
export function lookUpSubscriptions(config: Config, { rds }: AwsClients, events: () => string): Promise<Check> {
  return lookUpIfAllowed(
    { name: "event subscriptions", key: "databaseEvents", what: "the event subscriptions of RDS" },
    async () => {
      if (!config.databaseEvents) {
        return nothingToCheck;
      }
      const wanted = subscriptionNames(events(), config);
      const found = await allPages(async (Marker) => {
        const page = await rds.describeEventSubscriptions({ Marker });
        return { items: page.EventSubscriptionsList, next: page.Marker };
      });
      const others = found.filter(({ CustSubscriptionId: name = "" }) => !wanted.includes(name)).length;
      const counts = `${wanted.length} for the database, ${others} others; AWS has ${mostSubscriptions} in a region unless the quota is raised`;
      const fix =
        "raise the quota of RDS event subscriptions in Service Quotas, or: pulumi config set databaseEvents false";
      return {
        detail: counts,
        problems: problemIf(others + wanted.length > mostSubscriptions, {
          key: "databaseEvents",
          reason: counts,
          fix,
          severity: "warning",
        }),
      };
    },
  );
}

/** The customer's topic for the events is there, and RDS can send to it. */
export function lookUpTopic(config: Config, { sns }: AwsClients): Promise<Check> {
  const key = "databaseEventTopicArn";
  return lookUpNamed("event topic", "topic", key, config, async (arn) => {
    const topic = await unlessError(/NotFound/, sns.getTopicAttributes({ TopicArn: arn }));
    if (topic === undefined) {
      const fix = "`aws sns list-topics` lists those that there are";
      return { problems: [{ key, reason: `topic ${arn} doesn't exist`, fix }] };
    }
    // Nobody can let RDS use that key: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html
    const isClosed = /alias\/aws\/sns$/.test(topic.Attributes?.["KmsMasterKeyId"] ?? "");
    const reason = `topic ${arn} is encrypted with AWS's own key for SNS, which RDS can't use: no event arrives`;
    const fix = `a key of your own that admits events.rds: aws sns set-topic-attributes --topic-arn ${arn} --attribute-name KmsMasterKeyId`;
    return { detail: arn, problems: problemIf(isClosed, { key, reason, fix, severity: "warning" }) };
  });
}
