import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupArgs, LogMetricFilterArgs } from "@pulumi/aws/cloudwatch";
import type { Service } from "../resource";
import type { Account } from "./account";
import { type Inputs, typesOf } from "./table";

const logs = typesOf(async () => (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs, {
  read: async (aws, resourceArn) => (await aws.listTagsForResource({ resourceArn })).tags ?? {},
  tag: (aws, resourceArn, tags) => aws.tagResource({ resourceArn, tags }),
  untag: (aws, resourceArn, tagKeys) => aws.untagResource({ resourceArn, tagKeys }),
});

type FilterInputs = Inputs<LogMetricFilterArgs, "name">;

/** CloudWatch Logs; its resources belong to the module `cloudwatch`. */
export const service: Service<Account> = {
  resources: {
    "aws:cloudwatch/logGroup:LogGroup": logs<Inputs<LogGroupArgs, "name">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["kmsKeyId", "retentionInDays"],
      defaults: (inputs) => ({ retentionInDays: 0, ...inputs }),
      async create(aws, { name, kmsKeyId, tagsAll }) {
        const tags = Object.keys(tagsAll).length ? tagsAll : undefined;
        await aws.createLogGroup({ logGroupName: name, kmsKeyId, tags });
        return name;
      },
      settle: (aws, logGroupName, { retentionInDays }) =>
        retentionInDays
          ? aws.putRetentionPolicy({ logGroupName, retentionInDays })
          : aws.deleteRetentionPolicy({ logGroupName }),
      async get(aws, name) {
        const { logGroups } = await aws.describeLogGroups({ logGroupNamePrefix: name });
        const found = logGroups?.find(({ logGroupName }) => logGroupName === name);
        // The ARN as other services take it, without the `:*` for the streams within.
        const arn = found?.arn?.replace(/:\*$/, "");
        return found && { arn, name, kmsKeyId: found.kmsKeyId, retentionInDays: found.retentionInDays ?? 0 };
      },
      async update(aws, logGroupName, { kmsKeyId }, olds) {
        if (kmsKeyId === olds.kmsKeyId) return;
        await (kmsKeyId ? aws.associateKmsKey({ logGroupName, kmsKeyId }) : aws.disassociateKmsKey({ logGroupName }));
      },
      delete: (aws, logGroupName) => aws.deleteLogGroup({ logGroupName }),
    }),

    "aws:cloudwatch/logMetricFilter:LogMetricFilter": logs<FilterInputs>({
      tagged: false,
      autoname: "name",
      replaceOn: ["logGroupName", "name"],
      updateOn: ["metricTransformation", "pattern"],
      async create(aws, inputs) {
        await putFilter(aws, inputs);
        return `${inputs.logGroupName}:${inputs.name}`;
      },
      async get(aws, id) {
        const [logGroupName, filterNamePrefix] = id.split(":");
        const { metricFilters } = await aws.describeMetricFilters({ logGroupName, filterNamePrefix });
        const found = metricFilters?.find(({ filterName }) => filterName === filterNamePrefix);
        const [by] = found?.metricTransformations ?? [];
        return (
          found && {
            ...{ logGroupName, name: found.filterName, pattern: found.filterPattern },
            metricTransformation: by && {
              ...{ name: by.metricName, namespace: by.metricNamespace, value: by.metricValue },
              defaultValue: by.defaultValue === undefined ? undefined : String(by.defaultValue),
            },
          }
        );
      },
      update: (aws, _id, inputs) => putFilter(aws, inputs),
      delete: (aws, _id, { logGroupName, name: filterName }) => aws.deleteMetricFilter({ logGroupName, filterName }),
    }),

    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": logs<Record<"policyName" | "policyDocument", string>>({
      tagged: false,
      replaceOn: ["policyName"],
      updateOn: ["policyDocument"],
      async create(aws, { policyName, policyDocument }) {
        await aws.putResourcePolicy({ policyName, policyDocument });
        return policyName;
      },
      async get(aws, name) {
        const { resourcePolicies } = await aws.describeResourcePolicies({});
        const found = resourcePolicies?.find(({ policyName }) => policyName === name);
        return found && { policyName: name, policyDocument: found.policyDocument };
      },
      update: (aws, policyName, { policyDocument }) => aws.putResourcePolicy({ policyName, policyDocument }),
      delete: (aws, policyName) => aws.deleteResourcePolicy({ policyName }),
    }),
  },
};

function putFilter(aws: CloudWatchLogs, { logGroupName, name, pattern, metricTransformation: by }: FilterInputs) {
  const transformation = {
    ...{ metricName: by.name, metricNamespace: by.namespace, metricValue: by.value },
    defaultValue: by.defaultValue === undefined ? undefined : Number(by.defaultValue),
  };
  return aws.putMetricFilter({
    ...{ logGroupName, filterName: name, filterPattern: pattern },
    metricTransformations: [transformation],
  });
}
