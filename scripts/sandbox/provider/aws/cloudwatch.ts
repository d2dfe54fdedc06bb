import type { CloudWatch, CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { CompositeAlarmArgs, DashboardArgs, MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type { Properties, Service } from "../resource";
import type { Account } from "./account";
import { fromAws, namesFromAws, namesToAws, toAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const cloudwatch = typesOf(async () => (await import("@aws-sdk/client-cloudwatch")).CloudWatch, {
  read: async (aws, ResourceARN) => tagMap((await aws.listTagsForResource({ ResourceARN })).Tags),
  tag: (aws, ResourceARN, tags) => aws.tagResource({ ResourceARN, Tags: tagList(tags) }),
  untag: (aws, ResourceARN, TagKeys) => aws.untagResource({ ResourceARN, TagKeys }),
});

const actionNames = {
  actionsEnabled: "ActionsEnabled",
  alarmActions: "AlarmActions",
  alarmDescription: "AlarmDescription",
  okActions: "OKActions",
} as const;
const metricNames = {
  ...actionNames,
  comparisonOperator: "ComparisonOperator",
  datapointsToAlarm: "DatapointsToAlarm",
  evaluationPeriods: "EvaluationPeriods",
  metricName: "MetricName",
  name: "AlarmName",
  namespace: "Namespace",
  period: "Period",
  statistic: "Statistic",
  threshold: "Threshold",
  treatMissingData: "TreatMissingData",
} as const;
const compositeNames = { ...actionNames, alarmName: "AlarmName", alarmRule: "AlarmRule" } as const;

type AlarmInputs = Inputs<MetricAlarmArgs, "name" | "comparisonOperator" | "evaluationPeriods">;
type CompositeInputs = Inputs<CompositeAlarmArgs>;

/** Alarms and dashboards of CloudWatch. */
export const service: Service<Account> = {
  resources: {
    "aws:cloudwatch/metricAlarm:MetricAlarm": cloudwatch<AlarmInputs>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: [
        ...(["actionsEnabled", "alarmActions", "alarmDescription", "comparisonOperator", "datapointsToAlarm"] as const),
        ...(["dimensions", "evaluationPeriods", "metricName", "metricQueries", "namespace", "okActions"] as const),
        ...(["period", "statistic", "threshold", "treatMissingData"] as const),
      ],
      defaults: (inputs) => ({ actionsEnabled: true, treatMissingData: "missing", ...inputs }),
      async create(aws, inputs) {
        await putMetricAlarm(aws, inputs);
        return inputs.name;
      },
      async get(aws, name) {
        const { MetricAlarms = [] } = await aws.describeAlarms({ AlarmNames: [name], AlarmTypes: ["MetricAlarm"] });
        return MetricAlarms[0] && metricAlarm(MetricAlarms[0]);
      },
      update: (aws, _id, inputs) => putMetricAlarm(aws, inputs),
      delete: (aws, name) => aws.deleteAlarms({ AlarmNames: [name] }),
    }),

    "aws:cloudwatch/compositeAlarm:CompositeAlarm": cloudwatch<CompositeInputs>({
      replaceOn: ["actionsEnabled", "alarmName"],
      updateOn: ["actionsSuppressor", "alarmActions", "alarmDescription", "alarmRule", "okActions"],
      defaults: (inputs) => ({ actionsEnabled: true, ...inputs }),
      async create(aws, inputs) {
        await putCompositeAlarm(aws, inputs);
        return inputs.alarmName;
      },
      async get(aws, name) {
        const { CompositeAlarms = [] } = await aws.describeAlarms({
          AlarmNames: [name],
          AlarmTypes: ["CompositeAlarm"],
        });
        return CompositeAlarms[0] && compositeAlarm(CompositeAlarms[0]);
      },
      update: (aws, _id, inputs) => putCompositeAlarm(aws, inputs),
      delete: (aws, name) => aws.deleteAlarms({ AlarmNames: [name] }),
    }),

    "aws:cloudwatch/dashboard:Dashboard": cloudwatch<Inputs<DashboardArgs>>({
      tagged: false,
      replaceOn: ["dashboardName"],
      updateOn: ["dashboardBody"],
      async create(aws, inputs) {
        await putDashboard(aws, inputs);
        return inputs.dashboardName;
      },
      async get(aws, DashboardName) {
        const { DashboardArn: dashboardArn, DashboardBody: dashboardBody } = await aws.getDashboard({ DashboardName });
        return { dashboardArn, dashboardBody, dashboardName: DashboardName };
      },
      update: (aws, _id, inputs) => putDashboard(aws, inputs),
      delete: (aws, name) => aws.deleteDashboards({ DashboardNames: [name] }),
    }),
  },
};

function putMetricAlarm(aws: CloudWatch, inputs: AlarmInputs) {
  const { dimensions, metricQueries, tagsAll } = inputs;
  return aws.putMetricAlarm({
    ...toAws(metricNames, inputs),
    ...(dimensions && { Dimensions: listed(dimensions) }),
    ...(metricQueries && {
      Metrics: metricQueries.map(({ metric, ...query }) => ({
        ...(namesToAws(query) as { Id: string }),
        ...(metric && {
          MetricStat: {
            Metric: {
              Namespace: metric.namespace,
              MetricName: metric.metricName,
              Dimensions: listed(metric.dimensions ?? {}),
            },
            Period: metric.period,
            Stat: metric.stat,
          },
        }),
      })),
    }),
    Tags: tagList(tagsAll),
  } as Parameters<CloudWatch["putMetricAlarm"]>[0]);
}

function metricAlarm(found: MetricAlarm): Properties {
  return {
    arn: found.AlarmArn,
    ...fromAws(metricNames, found),
    dimensions: found.Metrics?.length ? undefined : mapped(found.Dimensions),
    metricQueries: found.Metrics?.length
      ? found.Metrics.map(({ MetricStat: stat, ...query }) => ({
          ...(namesFromAws(query) as object),
          ...(stat && {
            metric: {
              namespace: stat.Metric?.Namespace,
              metricName: stat.Metric?.MetricName,
              dimensions: mapped(stat.Metric?.Dimensions),
              period: stat.Period,
              stat: stat.Stat,
            },
          }),
        }))
      : undefined,
  };
}

function putCompositeAlarm(aws: CloudWatch, inputs: CompositeInputs) {
  const { actionsSuppressor: by, tagsAll } = inputs;
  return aws.putCompositeAlarm({
    ...toAws(compositeNames, inputs),
    ...(by && {
      ActionsSuppressor: by.alarm,
      ActionsSuppressorWaitPeriod: by.waitPeriod,
      ActionsSuppressorExtensionPeriod: by.extensionPeriod,
    }),
    Tags: tagList(tagsAll),
  });
}

function compositeAlarm(found: CompositeAlarm): Properties {
  const { ActionsSuppressorWaitPeriod: waitPeriod, ActionsSuppressorExtensionPeriod: extensionPeriod } = found;
  return {
    arn: found.AlarmArn,
    ...fromAws(compositeNames, found),
    ...(found.ActionsSuppressor && {
      actionsSuppressor: { alarm: found.ActionsSuppressor, waitPeriod, extensionPeriod },
    }),
  };
}

/** AWS answers 200 also where it finds faults in the body; the provider reports them. */
async function putDashboard(aws: CloudWatch, { dashboardName, dashboardBody }: Inputs<DashboardArgs>): Promise<void> {
  const request = { DashboardName: dashboardName, DashboardBody: dashboardBody };
  const { DashboardValidationMessages: faults = [] } = await aws.putDashboard(request);
  if (faults.length > 0) {
    throw new Error(faults.map(({ DataPath, Message }) => `${DataPath}: ${Message}`).join("; "));
  }
}

function listed(dimensions: Record<string, string>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function mapped(dimensions: { Name?: string; Value?: string }[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
}
