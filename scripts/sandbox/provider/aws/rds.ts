import type { Parameter } from "@aws-sdk/client-rds";
import type {
  ClusterInstanceArgs,
  ClusterParameterGroupArgs,
  EventSubscriptionArgs,
  SubnetGroupArgs,
} from "@pulumi/aws/rds";
import { waitWith } from "../../../aws/wait";
import type { Service } from "../resource";
import type { Account } from "./account";
import { fromAws, inputsOf, toAws } from "./fields";
import { clusterType } from "./rds-cluster";
import { changed, patience, rds } from "./rds-common";
import type { Inputs } from "./table";
import { tagList } from "./tags";

const placement = {
  availabilityZone: "AvailabilityZone",
  clusterIdentifier: "DBClusterIdentifier",
  engine: "Engine",
  identifier: "DBInstanceIdentifier",
} as const;
const instanceSettings = {
  autoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  caCertIdentifier: "CACertificateIdentifier",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  dbParameterGroupName: "DBParameterGroupName",
  instanceClass: "DBInstanceClass",
  monitoringInterval: "MonitoringInterval",
  monitoringRoleArn: "MonitoringRoleArn",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
  performanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  preferredMaintenanceWindow: "PreferredMaintenanceWindow",
  promotionTier: "PromotionTier",
  publiclyAccessible: "PubliclyAccessible",
} as const;

const parameterNames = { applyMethod: "ApplyMethod", name: "ParameterName", value: "ParameterValue" } as const;
/** RDS takes so many parameters in one call. */
const mostParameters = 20;

const subscriptionNames = { enabled: "Enabled", snsTopic: "SnsTopicArn", sourceType: "SourceType" } as const;

/** Aurora clusters and what belongs to them. */
export const service: Service<Account> = {
  resources: {
    "aws:rds/cluster:Cluster": clusterType,

    "aws:rds/clusterInstance:ClusterInstance": rds<Inputs<ClusterInstanceArgs, "identifier">>({
      autoname: "identifier",
      replaceOn: [...inputsOf(placement), "dbSubnetGroupName"],
      updateOn: [...inputsOf(instanceSettings), "applyImmediately"],
      keeps: ["caCertIdentifier", "dbParameterGroupName", "monitoringRoleArn", "performanceInsightsKmsKeyId"],
      defaults: (inputs) => ({ promotionTier: 0, publiclyAccessible: false, autoMinorVersionUpgrade: true, ...inputs }),
      async create(aws, inputs) {
        await aws.createDBInstance({
          ...toAws({ ...placement, ...instanceSettings, dbSubnetGroupName: "DBSubnetGroupName" } as const, inputs),
          Tags: tagList(inputs.tagsAll),
        });
        return inputs.identifier;
      },
      async settle(aws, DBInstanceIdentifier, _inputs, call) {
        const { waitUntilDBInstanceAvailable } = await import("@aws-sdk/client-rds");
        await waitWith(aws, (given) =>
          waitUntilDBInstanceAvailable({ ...given, ...patience(call) }, { DBInstanceIdentifier }),
        );
      },
      async get(aws, DBInstanceIdentifier) {
        const found = (await aws.describeDBInstances({ DBInstanceIdentifier })).DBInstances?.[0];
        const others = { arn: "DBInstanceArn", performanceInsightsEnabled: "PerformanceInsightsEnabled" };
        return {
          ...fromAws({ ...placement, ...instanceSettings, ...others }, found),
          dbParameterGroupName: found?.DBParameterGroups?.[0]?.DBParameterGroupName,
          dbSubnetGroupName: found?.DBSubnetGroup?.DBSubnetGroupName,
          endpoint: found?.Endpoint?.Address,
        };
      },
      update: (aws, DBInstanceIdentifier, inputs, olds) =>
        aws.modifyDBInstance({
          DBInstanceIdentifier,
          ...toAws(instanceSettings, changed(inputs, olds)),
          ApplyImmediately: inputs.applyImmediately,
        }),
      async delete(aws, DBInstanceIdentifier, _olds, call) {
        await aws.deleteDBInstance({ DBInstanceIdentifier, SkipFinalSnapshot: true });
        const { waitUntilDBInstanceDeleted } = await import("@aws-sdk/client-rds");
        await waitWith(aws, (given) =>
          waitUntilDBInstanceDeleted({ ...given, ...patience(call) }, { DBInstanceIdentifier }),
        );
      },
    }),

    "aws:rds/clusterParameterGroup:ClusterParameterGroup": rds<
      Inputs<ClusterParameterGroupArgs, "name" | "description">
    >({
      autoname: "name",
      replaceOn: ["description", "family", "name"],
      updateOn: ["parameters"],
      defaults: (inputs) => ({ description: "Managed by Pulumi", ...inputs }),
      async create(aws, { name, family, description, tagsAll }) {
        const group = { DBClusterParameterGroupName: name, DBParameterGroupFamily: family, Description: description };
        await aws.createDBClusterParameterGroup({ ...group, Tags: tagList(tagsAll) });
        return name;
      },
      async settle(aws, DBClusterParameterGroupName, inputs) {
        const wanted = parametersOf(inputs);
        for (let start = 0; start < wanted.length; start += mostParameters) {
          const Parameters = wanted.slice(start, start + mostParameters);
          await aws.modifyDBClusterParameterGroup({ DBClusterParameterGroupName, Parameters });
        }
      },
      async get(aws, DBClusterParameterGroupName) {
        const { DBClusterParameterGroups } = await aws.describeDBClusterParameterGroups({
          DBClusterParameterGroupName,
        });
        // Like the provider, only those that a user has set: without the ones that have their default.
        // https://github.com/hashicorp/terraform-provider-aws/issues/23335
        const { Parameters } = await aws.describeDBClusterParameters({ DBClusterParameterGroupName, Source: "user" });
        const names = {
          arn: "DBClusterParameterGroupArn",
          description: "Description",
          family: "DBParameterGroupFamily",
        };
        return {
          ...fromAws(names, DBClusterParameterGroups?.[0]),
          name: DBClusterParameterGroupName,
          parameters: Parameters?.map((parameter) => fromAws(parameterNames, parameter)),
        };
      },
      async update(aws, DBClusterParameterGroupName, inputs, olds) {
        const kept = parametersOf(inputs).map(({ ParameterName }) => ParameterName);
        const Parameters = parametersOf(olds).filter(({ ParameterName }) => !kept.includes(ParameterName));
        if (Parameters.length) await aws.resetDBClusterParameterGroup({ DBClusterParameterGroupName, Parameters });
      },
      delete: (aws, DBClusterParameterGroupName) => aws.deleteDBClusterParameterGroup({ DBClusterParameterGroupName }),
    }),

    "aws:rds/subnetGroup:SubnetGroup": rds<Inputs<SubnetGroupArgs, "name" | "description">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["description", "subnetIds"],
      defaults: (inputs) => ({ description: "Managed by Pulumi", ...inputs }),
      async create(aws, inputs) {
        await aws.createDBSubnetGroup({ ...subnetGroup(inputs), Tags: tagList(inputs.tagsAll) });
        return inputs.name;
      },
      async get(aws, DBSubnetGroupName) {
        const found = (await aws.describeDBSubnetGroups({ DBSubnetGroupName })).DBSubnetGroups?.[0];
        const names = { arn: "DBSubnetGroupArn", description: "DBSubnetGroupDescription", name: "DBSubnetGroupName" };
        return { ...fromAws(names, found), subnetIds: found?.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier) };
      },
      update: (aws, _id, inputs) => aws.modifyDBSubnetGroup(subnetGroup(inputs)),
      delete: (aws, DBSubnetGroupName) => aws.deleteDBSubnetGroup({ DBSubnetGroupName }),
    }),

    "aws:rds/eventSubscription:EventSubscription": rds<Inputs<EventSubscriptionArgs, "name">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["enabled", "eventCategories", "snsTopic", "sourceIds", "sourceType"],
      defaults: (inputs) => ({ enabled: true, ...inputs }),
      async create(aws, inputs) {
        const { name: SubscriptionName, sourceIds: SourceIds, tagsAll } = inputs;
        const request = { SubscriptionName, SourceIds, ...subscription(inputs), Tags: tagList(tagsAll) };
        await aws.createEventSubscription(request);
        return inputs.name;
      },
      async get(aws, SubscriptionName) {
        const { EventSubscriptionsList } = await aws.describeEventSubscriptions({ SubscriptionName });
        const lists = { eventCategories: "EventCategoriesList", sourceIds: "SourceIdsList" };
        const names = { ...subscriptionNames, ...lists, arn: "EventSubscriptionArn", name: "CustSubscriptionId" };
        return EventSubscriptionsList?.[0] && fromAws(names, EventSubscriptionsList[0]);
      },
      update: (aws, SubscriptionName, inputs) =>
        aws.modifyEventSubscription({ SubscriptionName, ...subscription(inputs) }),
      delete: (aws, SubscriptionName) => aws.deleteEventSubscription({ SubscriptionName }),
    }),
  },
};

function parametersOf({ parameters = [] }: Inputs<ClusterParameterGroupArgs>): Parameter[] {
  return parameters.map((parameter) => toAws(parameterNames, { applyMethod: "immediate", ...parameter }) as Parameter);
}

function subnetGroup({ name, description, subnetIds }: Inputs<SubnetGroupArgs>) {
  return { DBSubnetGroupName: name, DBSubnetGroupDescription: description, SubnetIds: subnetIds };
}

function subscription(inputs: Inputs<EventSubscriptionArgs>) {
  return { ...toAws(subscriptionNames, inputs), EventCategories: inputs.eventCategories };
}
