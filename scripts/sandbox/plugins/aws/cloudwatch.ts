import type { Service } from "../resource";
import type { Account } from "./account";
import { metricAlarmType } from "./cloudwatch-alarm";
import { dashboardType } from "./cloudwatch-dashboard";
import { logMetricFilterType } from "./log-metric-filter";
import { notEmulated } from "./not-emulated";
import { taggable } from "./tags";

/** Alarms, dashboards, and metrics made from logs. */
export const service: Service<Account> = {
  resources: {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": notEmulated("composite alarms"),
    "aws:cloudwatch/dashboard:Dashboard": dashboardType,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": logMetricFilterType,
    "aws:cloudwatch/metricAlarm:MetricAlarm": taggable(metricAlarmType),
  },
  dataSources: {},
};
