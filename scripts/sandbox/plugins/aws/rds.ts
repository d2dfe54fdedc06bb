import { isDeepStrictEqual } from "node:util";
import { type EventSubscription, RDS } from "@aws-sdk/client-rds";
import type { EventSubscriptionArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, oneOf, required } from "../checks";
import type { ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { cluster } from "./rds-cluster";
import { clusterInstance } from "./rds-cluster-instance";
import { retag, tagsOf } from "./rds-common";
import { clusterParameterGroup, subnetGroup } from "./rds-groups";
import { taggable, type Tagged, tagList } from "./tags";

type SubscriptionInputs = Tagged<Unwrap<EventSubscriptionArgs>> & { name: string };

const sources = [
  "db-cluster",
  "db-instance",
  "db-cluster-snapshot",
  "db-snapshot",
  "db-parameter-group",
  "db-security-group",
];

const eventSubscription: ResourceType<Account, SubscriptionInputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: ["enabled", "eventCategories", "snsTopic", "sourceIds", "sourceType"],
  defaults: (inputs) => ({ enabled: true, ...inputs }),
  check: allOf(
    required("snsTopic"),
    matching("name", /^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,254}$/, "1 to 255 letters, digits or single hyphens"),
    matching("snsTopic", /^arn:[\w-]+:sns:/, "the ARN of a topic"),
    oneOf("sourceType", sources),
    (inputs) =>
      inputs.sourceIds !== undefined && inputs.sourceType === undefined
        ? [{ property: "sourceType", reason: "is required where there are sourceIds" }]
        : [],
  ),
  find: async ({ name }, { account }) => (await describeSubscription(name, account))?.CustSubscriptionId,
  async create({ name, sourceIds, tagsAll, ...inputs }, { account }) {
    const subscription = { SubscriptionName: name, SourceIds: sourceIds, Tags: tagList(tagsAll) };
    const request = { ...subscription, ...subscriptionSettings(inputs) };
    await account.client(RDS).createEventSubscription(request);
    return { id: name };
  },
  async read(id, _known, { account }) {
    const found = await describeSubscription(id, account);
    return (
      found && {
        name: id,
        ...fromAws({ arn: "EventSubscriptionArn", snsTopic: "SnsTopicArn", sourceType: "SourceType" }, found),
        enabled: found.Enabled,
        eventCategories: found.EventCategoriesList ?? [],
        sourceIds: found.SourceIdsList ?? [],
        tagsAll: await tagsOf(found.EventSubscriptionArn, account),
      }
    );
  },
  async update(id, inputs, olds, { account }) {
    const [before, after] = [olds, inputs].map(subscriptionSettings);
    if (!isDeepStrictEqual(before, after)) {
      await account.client(RDS).modifyEventSubscription({ SubscriptionName: id, ...after });
    }
    await retag(account.arn("rds", `es:${id}`), olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(RDS).deleteEventSubscription({ SubscriptionName: id }));
  },
};

function subscriptionSettings(inputs: Omit<SubscriptionInputs, "name" | "tagsAll">) {
  const { snsTopic, sourceType, eventCategories, enabled } = inputs;
  return { SnsTopicArn: snsTopic, SourceType: sourceType, EventCategories: eventCategories, Enabled: enabled };
}

async function describeSubscription(name: string, account: Account): Promise<EventSubscription | undefined> {
  const answer = account.client(RDS).describeEventSubscriptions({ SubscriptionName: name });
  return (await unlessMissing(answer))?.EventSubscriptionsList?.[0];
}

/** Aurora clusters and what belongs to them. */
export const service: Service<Account> = {
  resources: {
    "aws:rds/cluster:Cluster": taggable(cluster),
    "aws:rds/clusterInstance:ClusterInstance": taggable(clusterInstance),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": taggable(clusterParameterGroup),
    "aws:rds/eventSubscription:EventSubscription": taggable(eventSubscription),
    "aws:rds/subnetGroup:SubnetGroup": taggable(subnetGroup),
  },
};
