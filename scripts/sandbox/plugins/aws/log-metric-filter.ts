import {
  CloudWatchLogsClient,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  type MetricFilter,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogMetricFilterArgs } from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, required, valueAt, type Check } from "../checks";
import type { Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { exists } from "./references";

type Inputs = Unwrap<LogMetricFilterArgs> & { name: string };

/** Metrics made from the lines of a log group. The emulated account keeps them and counts nothing. */
export const logMetricFilterType: ResourceType<Account, Inputs> = {
  autoname: "name",
  replaceOn: ["logGroupName", "name"],
  updateOn: ["metricTransformation", "pattern"],
  check: allOf(
    required("logGroupName", "pattern", "metricTransformation.name", "metricTransformation.namespace"),
    defaultOrDimensions,
  ),
  checkReferences: ({ logGroupName }, { account }) =>
    exists("logGroupName", logGroupName, describeLogGroup(logGroupName, account)),
  find: async (inputs, { account }) => (await describe(inputs, account))?.filterName,
  async create(inputs, { account }) {
    await put(inputs, account);
    return { id: inputs.name };
  },
  async read(_id, known, { account }) {
    const found = await describe(known, account);
    const metric = found?.metricTransformations?.[0];
    return (
      found && {
        logGroupName: known.logGroupName,
        name: found.filterName,
        pattern: found.filterPattern,
        metricTransformation: {
          defaultValue: metric?.defaultValue,
          dimensions: metric?.dimensions,
          name: metric?.metricName,
          namespace: metric?.metricNamespace,
          unit: metric?.unit,
          value: metric?.metricValue,
        },
      }
    );
  },
  update: (_id, inputs, _olds, { account }) => put(inputs, account),
  async delete(id, { logGroupName }, { account }) {
    const command = new DeleteMetricFilterCommand({ filterName: id, logGroupName });
    await unlessMissing(account.client(CloudWatchLogsClient).send(command));
  },
};

/** The log group of exactly that name. */
export async function describeLogGroup(name: string, account: Account): Promise<object | undefined> {
  const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
  const { logGroups } = await account.client(CloudWatchLogsClient).send(command);
  return logGroups?.find(({ logGroupName }) => logGroupName === name);
}

async function describe({ logGroupName, name }: Inputs, account: Account): Promise<MetricFilter | undefined> {
  if (!(await describeLogGroup(logGroupName, account))) return undefined;
  const command = new DescribeMetricFiltersCommand({ filterNamePrefix: name, logGroupName });
  const { metricFilters } = await account.client(CloudWatchLogsClient).send(command);
  return metricFilters?.find(({ filterName }) => filterName === name);
}

async function put({ logGroupName, metricTransformation: metric, name, pattern }: Inputs, account: Account) {
  const command = new PutMetricFilterCommand({
    filterName: name,
    filterPattern: pattern,
    logGroupName,
    metricTransformations: [
      {
        defaultValue: metric.defaultValue === undefined ? undefined : Number(metric.defaultValue),
        dimensions: metric.dimensions,
        metricName: metric.name,
        metricNamespace: metric.namespace,
        metricValue: metric.value,
        unit: metric.unit as StandardUnit | undefined,
      },
    ],
  });
  await account.client(CloudWatchLogsClient).send(command);
}

function defaultOrDimensions(inputs: Properties): ReturnType<Check> {
  const both = ["defaultValue", "dimensions"].every(
    (name) => valueAt(inputs, `metricTransformation.${name}`) !== undefined,
  );
  return both ? [{ property: "metricTransformation", reason: "can't have both a defaultValue and dimensions" }] : [];
}
