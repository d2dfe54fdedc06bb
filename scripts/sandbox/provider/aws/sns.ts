import type { SNS } from "@aws-sdk/client-sns";
import type { TopicArgs, TopicSubscriptionArgs } from "@pulumi/aws/sns";
import type { Unwrap } from "@pulumi/pulumi";
import type { Service } from "../resource";
import type { Account } from "./account";
import { fromAws, toAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const sns = typesOf(async () => (await import("@aws-sdk/client-sns")).SNS, {
  read: async (aws, ResourceArn) => tagMap((await aws.listTagsForResource({ ResourceArn })).Tags),
  tag: (aws, ResourceArn, tags) => aws.tagResource({ ResourceArn, Tags: tagList(tags) }),
  untag: (aws, ResourceArn, TagKeys) => aws.untagResource({ ResourceArn, TagKeys }),
});

const topicNames = { displayName: "DisplayName", kmsMasterKeyId: "KmsMasterKeyId" } as const;
const subscriptionNames = { endpoint: "Endpoint", protocol: "Protocol", topic: "TopicArn" } as const;

/** Topics with their policies and subscriptions. */
export const service: Service<Account> = {
  resources: {
    "aws:sns/topic:Topic": sns<Inputs<TopicArgs, "name">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["displayName", "kmsMasterKeyId"],
      async create(aws, inputs) {
        const Attributes = given(toAws(topicNames, inputs));
        const { TopicArn = "" } = await aws.createTopic({
          Name: inputs.name,
          Attributes,
          Tags: tagList(inputs.tagsAll),
        });
        return TopicArn;
      },
      async get(aws, TopicArn) {
        const { Attributes } = await aws.getTopicAttributes({ TopicArn });
        const names = { ...topicNames, owner: "Owner", policy: "Policy" };
        return { arn: TopicArn, name: TopicArn.split(":").at(-1), ...fromAws(names, Attributes) };
      },
      async update(aws, TopicArn, inputs) {
        for (const [AttributeName, AttributeValue = ""] of Object.entries(toAws(topicNames, inputs))) {
          await aws.setTopicAttributes({ TopicArn, AttributeName, AttributeValue });
        }
      },
      delete: (aws, TopicArn) => aws.deleteTopic({ TopicArn }),
    }),

    "aws:sns/topicPolicy:TopicPolicy": sns<Record<"arn" | "policy", string>>({
      tagged: false,
      replaceOn: ["arn"],
      updateOn: ["policy"],
      async create(aws, { arn, policy }) {
        await setPolicy(aws, arn, policy);
        return arn;
      },
      get: async (aws, arn) => ({
        arn,
        ...fromAws({ owner: "Owner", policy: "Policy" }, (await aws.getTopicAttributes({ TopicArn: arn })).Attributes),
      }),
      update: (aws, arn, { policy }) => setPolicy(aws, arn, policy),
      delete(aws, arn, _olds, { account }) {
        // What a topic has without a policy of its own: only its owner may use it.
        const statement = {
          Effect: "Allow",
          Principal: { AWS: account.accountId },
          Action: "sns:Publish",
          Resource: arn,
        };
        return setPolicy(aws, arn, JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
      },
    }),

    "aws:sns/topicSubscription:TopicSubscription": sns<Unwrap<TopicSubscriptionArgs> & { topic: string }>({
      tagged: false,
      replaceOn: ["endpoint", "protocol", "topic"],
      updateOn: [],
      async create(aws, inputs) {
        const request = { ...toAws(subscriptionNames, inputs), ReturnSubscriptionArn: true };
        return (await aws.subscribe(request)).SubscriptionArn ?? "";
      },
      async get(aws, SubscriptionArn) {
        const { Attributes } = await aws.getSubscriptionAttributes({ SubscriptionArn });
        const pendingConfirmation = Attributes?.["PendingConfirmation"] === "true";
        return { arn: SubscriptionArn, ...fromAws(subscriptionNames, Attributes), pendingConfirmation };
      },
      delete: (aws, SubscriptionArn) => aws.unsubscribe({ SubscriptionArn }),
    }),
  },
};

function setPolicy(aws: SNS, TopicArn: string, AttributeValue: string): Promise<unknown> {
  return aws.setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue });
}

/** Those that have a value. */
function given(attributes: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter((pair): pair is [string, string] => Boolean(pair[1])));
}
