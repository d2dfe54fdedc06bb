import { SNS } from "@aws-sdk/client-sns";
import type { TopicArgs, TopicPolicyArgs, TopicSubscriptionArgs } from "@pulumi/aws/sns";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, type Check, json, matching, oneOf, required } from "../checks";
import { isUnknown, type Properties, type ResourceType, type Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { exists, keyExists } from "./references";
import { tagChanges, taggable, type Tagged, tagList, tagMap } from "./tags";

type TopicInputs = Tagged<Unwrap<TopicArgs>> & { name: string };
type PolicyInputs = Unwrap<TopicPolicyArgs> & { policy: string };
type SubscriptionInputs = Unwrap<TopicSubscriptionArgs> & { topic: string };

const topicAttributes = { displayName: "DisplayName", kmsMasterKeyId: "KmsMasterKeyId" } as const;
const endpoints: Record<string, [pattern: RegExp, form: string]> = {
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address"],
  "email-json": [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address"],
  https: [/^https:\/\/\S+$/, "a URL that starts with https://"],
  lambda: [/^arn:[^:]+:lambda:/, "the ARN of a function"],
  sms: [/^\+[1-9]\d{1,14}$/, "a phone number such as +12065550100"],
  sqs: [/^arn:[^:]+:sqs:/, "the ARN of a queue"],
};

const topicType: ResourceType<Account, TopicInputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: ["displayName", "kmsMasterKeyId"],
  check: matching("name", /^[A-Za-z0-9_-]{1,256}$/, "1 to 256 letters, digits, hyphens or underscores"),
  checkReferences: ({ kmsMasterKeyId }, { account }) => keyExists("kmsMasterKeyId", kmsMasterKeyId, account),
  async find({ name }, { account }) {
    const arn = account.arn("sns", name);
    return (await describeTopic(arn, account)) && arn;
  },
  async create(inputs, { account }) {
    const Attributes = Object.entries(topicAttributes).flatMap(([input, attribute]) => {
      const value = inputs[input as keyof typeof topicAttributes];
      return value ? [[attribute, value]] : [];
    });
    const { TopicArn = "" } = await account.client(SNS).createTopic({
      Name: inputs.name,
      Attributes: Object.fromEntries(Attributes) as Record<string, string>,
      ...(Object.keys(inputs.tagsAll).length && { Tags: tagList(inputs.tagsAll) }),
    });
    return { id: TopicArn };
  },
  async read(id, _known, { account }) {
    const found = await describeTopic(id, account);
    if (!found) return undefined;
    const { Tags } = await account.client(SNS).listTagsForResource({ ResourceArn: id });
    return {
      arn: id,
      displayName: found.DisplayName,
      kmsMasterKeyId: found.KmsMasterKeyId,
      name: id.split(":").at(-1),
      owner: found.Owner,
      policy: found.Policy,
      tagsAll: tagMap(Tags),
    };
  },
  async update(id, inputs, olds, { account }) {
    const client = account.client(SNS);
    for (const [input, AttributeName] of Object.entries(topicAttributes)) {
      const AttributeValue = inputs[input as keyof typeof topicAttributes] ?? "";
      await client.setTopicAttributes({ TopicArn: id, AttributeName, AttributeValue });
    }
    const { set, removed } = tagChanges(olds.tagsAll, inputs.tagsAll);
    if (removed.length) await client.untagResource({ ResourceArn: id, TagKeys: removed });
    const Tags = tagList(set);
    if (Tags.length) await client.tagResource({ ResourceArn: id, Tags });
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(SNS).deleteTopic({ TopicArn: id }));
  },
};

const topicPolicyType: ResourceType<Account, PolicyInputs> = {
  replaceOn: ["arn"],
  updateOn: ["policy"],
  check: allOf(required("arn", "policy"), json("policy")),
  checkReferences: ({ arn }, { account }) => topicExists("arn", arn, account),
  async create(inputs, { account }) {
    await setPolicy(inputs.arn, inputs.policy, account);
    return { id: inputs.arn };
  },
  async read(id, _known, { account }) {
    const found = await describeTopic(id, account);
    return found && { arn: id, owner: found.Owner, policy: found.Policy };
  },
  update: (id, inputs, _olds, { account }) => setPolicy(id, inputs.policy, account),
  async delete(id, _olds, { account }) {
    // What a topic has without a policy of its own: only its owner may use it.
    const statement = { Effect: "Allow", Principal: { AWS: account.accountId }, Action: "sns:Publish", Resource: id };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await unlessMissing(setPolicy(id, policy, account));
  },
};

const subscriptionType: ResourceType<Account, SubscriptionInputs> = {
  replaceOn: ["endpoint", "protocol", "topic"],
  updateOn: ["filterPolicy", "rawMessageDelivery"],
  check: allOf(required("endpoint", "protocol", "topic"), oneOf("protocol", Object.keys(endpoints)), endpointFits),
  checkReferences: ({ topic }, { account }) => topicExists("topic", topic, account),
  async find({ endpoint, protocol, topic }, { account }) {
    const { Subscriptions } = await account.client(SNS).listSubscriptionsByTopic({ TopicArn: topic });
    return Subscriptions?.find((one) => one.Endpoint === endpoint && one.Protocol === protocol)?.SubscriptionArn;
  },
  async create({ endpoint, filterPolicy, protocol, rawMessageDelivery, topic }, { account }) {
    const { SubscriptionArn = "" } = await account.client(SNS).subscribe({
      Endpoint: endpoint,
      Protocol: protocol,
      TopicArn: topic,
      ReturnSubscriptionArn: true,
      Attributes: {
        ...(filterPolicy && { FilterPolicy: filterPolicy }),
        ...(rawMessageDelivery && { RawMessageDelivery: "true" }),
      },
    });
    return { id: SubscriptionArn };
  },
  async read(id, _known, { account }) {
    const answer = account.client(SNS).getSubscriptionAttributes({ SubscriptionArn: id });
    const found = (await unlessMissing(answer))?.Attributes;
    if (!found) return undefined;
    return {
      arn: id,
      endpoint: found.Endpoint,
      filterPolicy: found.FilterPolicy,
      ownerId: found.Owner,
      pendingConfirmation: found.PendingConfirmation === "true",
      protocol: found.Protocol,
      rawMessageDelivery: found.RawMessageDelivery === "true",
      topic: found.TopicArn,
    };
  },
  async update(id, inputs, _olds, { account }) {
    const attributes = {
      FilterPolicy: inputs.filterPolicy ?? "{}",
      RawMessageDelivery: String(inputs.rawMessageDelivery ?? false),
    };
    for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
      await account.client(SNS).setSubscriptionAttributes({ SubscriptionArn: id, AttributeName, AttributeValue });
    }
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(SNS).unsubscribe({ SubscriptionArn: id }));
  },
};

/** Topics with their policies and subscriptions. */
export const service: Service<Account> = {
  resources: {
    "aws:sns/topic:Topic": taggable(topicType),
    "aws:sns/topicPolicy:TopicPolicy": topicPolicyType,
    "aws:sns/topicSubscription:TopicSubscription": subscriptionType,
  },
};

async function describeTopic(arn: string, account: Account): Promise<Record<string, string> | undefined> {
  const answer = account.client(SNS).getTopicAttributes({ TopicArn: arn });
  return (await unlessMissing(answer))?.Attributes;
}

/** A problem when there is no such topic. */
function topicExists(property: string, arn: string, account: Account) {
  return exists(property, arn, describeTopic(arn, account));
}

async function setPolicy(arn: string, policy: string, account: Account): Promise<void> {
  await account.client(SNS).setTopicAttributes({ TopicArn: arn, AttributeName: "Policy", AttributeValue: policy });
}

function endpointFits({ endpoint, protocol }: Properties): ReturnType<Check> {
  const [pattern, form] = endpoints[String(protocol)] ?? [];
  if (!pattern || isUnknown(endpoint) || pattern.test(String(endpoint))) return [];
  return [{ property: "endpoint", reason: `must be ${form} for ${String(protocol)}, found ${String(endpoint)}` }];
}
