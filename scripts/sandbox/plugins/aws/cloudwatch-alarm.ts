import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type ComparisonOperator,
  type MetricAlarm,
  type StandardUnit,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, matching, oneOf, required, rule } from "../checks";
import { isUnknown, type Problem, type Properties, type ResourceType } from "../resource";
import type { Account } from "./account";
import { topicExists } from "./sns";
import { tagChanges, tagList, tagMap, type Tagged } from "./tags";

type Actions = "alarmActions" | "insufficientDataActions" | "okActions";
type Inputs = Tagged<Omit<Unwrap<MetricAlarmArgs>, Actions>> & { name: string } & Partial<Record<Actions, string[]>>;

/** Alarms on a metric or on an expression over several. */
export const metricAlarmType: ResourceType<Account, Inputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: [
    "actionsEnabled",
    "alarmActions",
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "dimensions",
    "evaluationPeriods",
    "extendedStatistic",
    "insufficientDataActions",
    "metricName",
    "metricQueries",
    "namespace",
    "okActions",
    "period",
    "statistic",
    "threshold",
    "treatMissingData",
    "unit",
  ],
  defaults: (inputs) => ({ actionsEnabled: true, treatMissingData: "missing", ...inputs }),
  check: allOf(
    required("comparisonOperator", "evaluationPeriods", "threshold"),
    matching("name", /^.{1,255}$/, "1 to 255 characters"),
    matching("alarmDescription", /^[\s\S]{0,1024}$/, "at most 1024 characters"),
    oneOf("comparisonOperator", [
      "GreaterThanOrEqualToThreshold",
      "GreaterThanThreshold",
      "LessThanOrEqualToThreshold",
      "LessThanThreshold",
    ]),
    oneOf("statistic", ["Average", "Maximum", "Minimum", "SampleCount", "Sum"]),
    matching("extendedStatistic", /^(p|tm|wm|tc|ts)\d{1,2}(\.\d{1,10})?$/, "a percentile such as p99"),
    oneOf("treatMissingData", ["breaching", "ignore", "missing", "notBreaching"]),
    between("evaluationPeriods", 1, 1440),
    rule("period", (value) => {
      const fits = [10, 20, 30].includes(Number(value)) || (Number(value) > 0 && Number(value) % 60 === 0);
      return fits ? undefined : "must be 10, 20, 30 or a multiple of 60";
    }),
    combinations,
  ),
  async checkReferences({ alarmActions = [], insufficientDataActions = [], okActions = [] }, { account }) {
    const actions = Object.entries({ alarmActions, insufficientDataActions, okActions });
    const topics = actions.flatMap(([property, arns]) => arns.map((arn) => topicExists(property, arn, account)));
    return (await Promise.all(topics)).flat();
  },
  find: async ({ name }, { account }) => (await describeAlarm(name, account))?.AlarmName,
  async create(inputs, { account }) {
    await put(inputs, account);
    return { id: inputs.name };
  },
  async read(id, _known, { account }) {
    const found = await describeAlarm(id, account);
    if (!found) return undefined;
    const command = new ListTagsForResourceCommand({ ResourceARN: found.AlarmArn });
    return { ...outputs(found), tagsAll: tagMap((await account.client(CloudWatchClient).send(command)).Tags) };
  },
  async update(id, inputs, olds, { account }) {
    await put(inputs, account);
    const client = account.client(CloudWatchClient);
    const ResourceARN = account.arn("cloudwatch", `alarm:${id}`);
    const { set, removed } = tagChanges(olds.tagsAll, inputs.tagsAll);
    if (removed.length) await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: removed }));
    const Tags = tagList(set);
    if (Tags.length) await client.send(new TagResourceCommand({ ResourceARN, Tags }));
  },
  async delete(id, _olds, { account }) {
    if (!(await describeAlarm(id, account))) return;
    await account.client(CloudWatchClient).send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
};

async function describeAlarm(name: string, account: Account): Promise<MetricAlarm | undefined> {
  const command = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm"] });
  return (await account.client(CloudWatchClient).send(command)).MetricAlarms?.[0];
}

async function put(inputs: Inputs, account: Account): Promise<void> {
  const command = new PutMetricAlarmCommand({
    ActionsEnabled: inputs.actionsEnabled,
    AlarmActions: inputs.alarmActions,
    AlarmDescription: inputs.alarmDescription,
    AlarmName: inputs.name,
    ComparisonOperator: inputs.comparisonOperator as ComparisonOperator,
    DatapointsToAlarm: inputs.datapointsToAlarm,
    Dimensions: inputs.dimensions && named(inputs.dimensions),
    EvaluationPeriods: inputs.evaluationPeriods,
    ExtendedStatistic: inputs.extendedStatistic,
    InsufficientDataActions: inputs.insufficientDataActions,
    MetricName: inputs.metricName,
    Metrics: inputs.metricQueries?.map(({ expression, id, label, metric, period, returnData }) => ({
      Expression: expression,
      Id: id,
      Label: label,
      MetricStat: metric && {
        Metric: {
          Dimensions: metric.dimensions && named(metric.dimensions),
          MetricName: metric.metricName,
          Namespace: metric.namespace,
        },
        Period: metric.period,
        Stat: metric.stat,
        Unit: metric.unit as StandardUnit | undefined,
      },
      Period: period,
      ReturnData: returnData ?? false,
    })),
    Namespace: inputs.namespace,
    OKActions: inputs.okActions,
    Period: inputs.period,
    Statistic: inputs.statistic as Statistic | undefined,
    Threshold: inputs.threshold,
    TreatMissingData: inputs.treatMissingData,
    Unit: inputs.unit as StandardUnit | undefined,
    ...(Object.keys(inputs.tagsAll).length && { Tags: tagList(inputs.tagsAll) }),
  });
  await account.client(CloudWatchClient).send(command);
}

/** Without `metricQueries`, which the account tells in a form of its own. */
function outputs(found: MetricAlarm): Properties {
  const dimensions = (found.Dimensions ?? []).map(({ Name, Value }) => [Name, Value] as const);
  return {
    actionsEnabled: found.ActionsEnabled,
    alarmActions: found.AlarmActions ?? [],
    alarmDescription: found.AlarmDescription,
    arn: found.AlarmArn,
    comparisonOperator: found.ComparisonOperator,
    datapointsToAlarm: found.DatapointsToAlarm,
    dimensions: Object.fromEntries(dimensions) as Properties,
    evaluationPeriods: found.EvaluationPeriods,
    extendedStatistic: found.ExtendedStatistic,
    insufficientDataActions: found.InsufficientDataActions ?? [],
    metricName: found.MetricName,
    name: found.AlarmName,
    namespace: found.Namespace,
    okActions: found.OKActions ?? [],
    period: found.Period,
    statistic: found.Statistic,
    threshold: found.Threshold,
    treatMissingData: found.TreatMissingData,
    unit: found.Unit,
  };
}

function named(dimensions: Record<string, string>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function combinations(inputs: Properties): Problem[] {
  const { datapointsToAlarm, evaluationPeriods, extendedStatistic, metricName, metricQueries, statistic } = inputs;
  const whole = [inputs.namespace, inputs.period, statistic ?? extendedStatistic];
  const returned = (Array.isArray(metricQueries) ? (metricQueries as Properties[]) : []).filter(
    (query) => query.returnData,
  );
  const wrong: [boolean, string, string][] = [
    [metricName === undefined && metricQueries === undefined, "metricName", "or metricQueries is required"],
    [metricName !== undefined && metricQueries !== undefined, "metricName", "and metricQueries exclude each other"],
    [
      metricName !== undefined && whole.includes(undefined),
      "metricName",
      "needs a namespace, a period and a statistic",
    ],
    [
      statistic !== undefined && extendedStatistic !== undefined,
      "statistic",
      "and extendedStatistic exclude each other",
    ],
    [
      Array.isArray(metricQueries) && returned.length !== 1,
      "metricQueries",
      "must have returnData in exactly one query",
    ],
    [
      Number(datapointsToAlarm) > Number(evaluationPeriods),
      "datapointsToAlarm",
      "must be at most the evaluationPeriods",
    ],
  ];
  if (isUnknown(datapointsToAlarm) || isUnknown(evaluationPeriods)) wrong.pop();
  return wrong.filter(([is]) => is).map(([, property, reason]) => ({ property, reason }));
}
