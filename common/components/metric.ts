import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** A series of CloudWatch, from which both alarms and widgets are made. */
export interface Metric {
  /** Such as `AWS/RDS`. */
  namespace: string;
  name: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Average" | "Maximum" | "Minimum" | "SampleCount" | "Sum";
  /** Seconds that become one point. Default: a minute. */
  period?: number;
}

/** A series that is computed out of others: `expression` names them by their keys. */
export interface Computed {
  expression: string;
  /** What it is, as the alarm's graph calls it. */
  label: string;
  of: Record<string, Metric>;
}

const defaultPeriod = 60;

type Series = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "dimensions" | "metricName" | "metricQueries" | "namespace" | "period" | "statistic"
>;

/** A series as an alarm takes it. */
export function seriesOf(series: Metric | Computed): Series {
  if (!("expression" in series)) {
    const { name: metricName, period = defaultPeriod, ...rest } = series;
    return { metricName, period, ...rest };
  }
  const { expression, label, of } = series;
  const parts = Object.entries(of).map(
    ([id, { name: metricName, statistic: stat, period = defaultPeriod, ...rest }]) => ({
      id,
      metric: { metricName, stat, period, ...rest },
      returnData: false,
    }),
  );
  return { metricQueries: [...parts, { id: "result", expression, label, returnData: true }] };
}

/** A series as a widget of a dashboard takes it. */
export function widgetMetric(
  { namespace, name, dimensions, statistic: stat, period = defaultPeriod }: Metric,
  label: string,
): pulumi.Input<unknown>[] {
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat, period, label }];
}
