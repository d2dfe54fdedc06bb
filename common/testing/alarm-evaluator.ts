import type * as aws from "@pulumi/aws";
import type { InputsOf } from "./run";

type Alarm = InputsOf<aws.cloudwatch.MetricAlarmArgs>;
export type State = "ALARM" | "OK" | "INSUFFICIENT_DATA";

/** Points of a series, the oldest first; undefined where there is none. Of a computed one, by the ids of its parts. */
export type Points = (number | undefined)[];
export type Series = Points | Record<string, Points>;

/**
 * The state of an alarm after these points, as CloudWatch has it. Missing points count as the alarm says; where it has too few others,
 * `ignore` keeps the state and `missing` makes it unknown. AWS also looks at some points before the last ones, which isn't done here.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function stateAfter(alarm: Alarm, series: Series, before: State = "OK"): State {
  const { evaluationPeriods: of = 1, datapointsToAlarm: enough = of, treatMissingData: missing = "missing" } = alarm;
  const points = Array.isArray(series) ? series : computed(alarm, series);
  const last = Array.from({ length: of }, (_, index) => points.at(index - of));
  const known = last.filter((point) => point !== undefined);
  const assumed = missing === "breaching" ? of - known.length : 0;
  const bad = known.filter((point) => isBad(alarm, point)).length + assumed;
  if (bad >= enough) {
    return "ALARM";
  }
  const canTell = missing === "breaching" || missing === "notBreaching" || known.length - bad > of - enough;
  if (canTell) {
    return "OK";
  }
  return missing === "ignore" ? before : "INSUFFICIENT_DATA";
}

function isBad({ comparisonOperator, threshold = 0 }: Alarm, point: number): boolean {
  switch (comparisonOperator) {
    case "GreaterThanThreshold":
      return point > threshold;
    case "LessThanThreshold":
      return point < threshold;
    default:
      throw new Error(`the evaluator doesn't know ${comparisonOperator}`);
  }
}

/** The expressions that alarms have, over their parts; a quota is that of the part `SERVICE_QUOTA`. */
const expressions: Record<string, (part: (id: string) => number) => number> = {
  "desired - running": (part) => part("desired") - part("running"),
  "IF(requests >= 20, 100 * errors / requests, 0)": (part) =>
    part("requests") >= 20 ? (100 * part("errors")) / part("requests") : 0,
  "100 * usage / SERVICE_QUOTA(usage)": (part) => (100 * part("usage")) / part("SERVICE_QUOTA"),
};

function computed({ metricQueries = [] }: Alarm, series: Record<string, Points>): Points {
  const { expression = "" } = metricQueries.find(({ returnData }) => returnData) ?? {};
  const compute = expressions[expression];
  if (compute === undefined) {
    throw new Error(`the evaluator doesn't know the expression "${expression}"`);
  }
  const length = Math.max(...Object.values(series).map((points) => points.length));
  return Array.from({ length }, (_, index) => {
    const value = compute((id) => series[id]?.[index] ?? NaN);
    return Number.isNaN(value) ? undefined : value;
  });
}

/** The state of a composite alarm, by those of the alarms that it names. */
export function compositeState(rule: string, stateOf: (name: string) => State): State {
  const names = [...rule.matchAll(/ALARM\("([^"]+)"\)/g)].map(([, name = ""]) => name);
  return names.some((name) => stateOf(name) === "ALARM") ? "ALARM" : "OK";
}

/** The same point so often. */
export function steady(point: number | undefined, times: number): Points {
  return Array.from({ length: times }, () => point);
}
