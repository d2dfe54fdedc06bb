import {
  CreateDBClusterSnapshotCommand,
  CreateEventSubscriptionCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteEventSubscriptionCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeEventSubscriptionsCommand,
  ModifyEventSubscriptionCommand,
  RDSClient,
  waitUntilDBClusterSnapshotAvailable,
  type DBClusterSnapshot,
  type EventSubscription,
} from "@aws-sdk/client-rds";
import type { ClusterSnapshotArgs, EventSubscriptionArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import { isDeepStrictEqual } from "node:util";
import { allOf, matching, oneOf, required } from "../checks";
import type { Problem, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { cluster } from "./rds-cluster";
import { clusterInstance } from "./rds-cluster-instance";
import { describeCluster, identifier, patience, retag, tagsOf } from "./rds-common";
import { clusterParameterGroup, parameterGroup, subnetGroup } from "./rds-groups";
import { getCluster, getClusters, getClusterSnapshot, getInstance, getOrderableDbInstance } from "./rds-lookups";
import { taggable, tagList, tagMap, type Tagged } from "./tags";

type SnapshotInputs = Tagged<Unwrap<ClusterSnapshotArgs>>;
type SubscriptionInputs = Tagged<Unwrap<EventSubscriptionArgs>> & { name: string };

const snapshot: ResourceType<Account, SnapshotInputs> = {
  replaceOn: ["dbClusterIdentifier", "dbClusterSnapshotIdentifier"],
  updateOn: [],
  check: allOf(
    required("dbClusterIdentifier", "dbClusterSnapshotIdentifier"),
    identifier("dbClusterSnapshotIdentifier", 255),
  ),
  async checkReferences({ dbClusterIdentifier: id }, { account }): Promise<Problem[]> {
    const reason = `names ${id}, which doesn't exist`;
    return (await describeCluster(id, account)) ? [] : [{ property: "dbClusterIdentifier", reason }];
  },
  find: async ({ dbClusterSnapshotIdentifier: id }, { account }) =>
    (await describeSnapshot(id, account))?.DBClusterSnapshotIdentifier,
  async create({ dbClusterIdentifier, dbClusterSnapshotIdentifier, tagsAll }, { account }) {
    const request = {
      DBClusterIdentifier: dbClusterIdentifier,
      DBClusterSnapshotIdentifier: dbClusterSnapshotIdentifier,
      Tags: tagList(tagsAll),
    };
    await account.client(RDSClient).send(new CreateDBClusterSnapshotCommand(request));
    return { id: dbClusterSnapshotIdentifier };
  },
  async settle(id, _inputs, call) {
    await waitUntilDBClusterSnapshotAvailable(patience(call), { DBClusterSnapshotIdentifier: id });
  },
  async read(id, _known, { account }) {
    const found = await describeSnapshot(id, account);
    return (
      found && {
        ...fromAws({ dbClusterIdentifier: "DBClusterIdentifier", dbClusterSnapshotArn: "DBClusterSnapshotArn" }, found),
        ...fromAws(
          { dbClusterSnapshotIdentifier: "DBClusterSnapshotIdentifier", engine: "Engine", status: "Status" },
          found,
        ),
        ...fromAws(
          { engineVersion: "EngineVersion", storageEncrypted: "StorageEncrypted", kmsKeyId: "KmsKeyId" },
          found,
        ),
        tagsAll: tagMap(found.TagList),
      }
    );
  },
  update: (id, { tagsAll }, olds, { account }) =>
    retag(account.arn("rds", `cluster-snapshot:${id}`), olds.tagsAll, tagsAll, account),
  async delete(id, _olds, { account }) {
    const request = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: id });
    await unlessMissing(account.client(RDSClient).send(request));
  },
};

async function describeSnapshot(id: string, account: Account): Promise<DBClusterSnapshot | undefined> {
  const request = new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: id });
  return (await unlessMissing(account.client(RDSClient).send(request)))?.DBClusterSnapshots?.[0];
}

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
    await account.client(RDSClient).send(new CreateEventSubscriptionCommand(request));
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
      await account.client(RDSClient).send(new ModifyEventSubscriptionCommand({ SubscriptionName: id, ...after }));
    }
    await retag(account.arn("rds", `es:${id}`), olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    const request = new DeleteEventSubscriptionCommand({ SubscriptionName: id });
    await unlessMissing(account.client(RDSClient).send(request));
  },
};

function subscriptionSettings(inputs: Omit<SubscriptionInputs, "name" | "tagsAll">) {
  const { snsTopic, sourceType, eventCategories, enabled } = inputs;
  return { SnsTopicArn: snsTopic, SourceType: sourceType, EventCategories: eventCategories, Enabled: enabled };
}

async function describeSubscription(name: string, account: Account): Promise<EventSubscription | undefined> {
  const request = new DescribeEventSubscriptionsCommand({ SubscriptionName: name });
  return (await unlessMissing(account.client(RDSClient).send(request)))?.EventSubscriptionsList?.[0];
}

/** Aurora clusters and what belongs to them. */
export const service: Service<Account> = {
  resources: {
    "aws:rds/cluster:Cluster": taggable(cluster),
    "aws:rds/clusterInstance:ClusterInstance": taggable(clusterInstance),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": taggable(clusterParameterGroup),
    "aws:rds/clusterSnapshot:ClusterSnapshot": taggable(snapshot),
    "aws:rds/eventSubscription:EventSubscription": taggable(eventSubscription),
    "aws:rds/parameterGroup:ParameterGroup": taggable(parameterGroup),
    "aws:rds/subnetGroup:SubnetGroup": taggable(subnetGroup),
  },
  dataSources: {
    "aws:rds/getCluster:getCluster": getCluster,
    "aws:rds/getClusters:getClusters": getClusters,
    "aws:rds/getClusterSnapshot:getClusterSnapshot": getClusterSnapshot,
    "aws:rds/getInstance:getInstance": getInstance,
    "aws:rds/getOrderableDbInstance:getOrderableDbInstance": getOrderableDbInstance,
  },
};
