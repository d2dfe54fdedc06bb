import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../naming";
import { type Computed, type Metric, seriesOf } from "./metric";

/** What the person reads who is called. */
export interface Call {
  /** What it means for users. */
  means: string;
  /** What to look at first. */
  look: string;
  /** The page and heading of the runbook that says what to do, such as `services.md#a-deployment-was-rolled-back`. */
  runbook: string;
  /** URL of the folder of the runbooks. Default: where it is in the repository. */
  runbooksUrl?: string;
}

/** Who is called, and where they find what to do. */
export interface OnCall extends Pick<Call, "runbooksUrl"> {
  topicArn: pulumi.Input<string>;
}

export interface AlarmArgs extends Call {
  series: Metric | Computed;
  /** Which points are bad ones. */
  is: "above" | "below";
  threshold: pulumi.Input<number>;
  /** It calls when so many of the last points … */
  points: number;
  /** … of so many are bad. Default: all of them. */
  of?: number;
  /** What a point counts for that isn't there: a bad one, a good one, or none, so that the state stays as it is. */
  missing: "breaching" | "notBreaching" | "ignore";
  /** The topic that it reports to. Default: none, since an alarm that is made of this one calls. */
  topicArn?: pulumi.Input<string>;
}

const comparisons = { above: "GreaterThanThreshold", below: "LessThanThreshold" };

/** An alarm on a series of CloudWatch. All of them are made here: none lacks its text, or says nothing of missing points. */
export class Alarm extends aws.cloudwatch.MetricAlarm {
  constructor(name: string, args: AlarmArgs, opts: pulumi.CustomResourceOptions) {
    const { series, is, threshold, points, of = points, missing, topicArn } = args;
    super(
      name,
      {
        name: physicalName("alarm", name),
        alarmDescription: textOf(args),
        ...seriesOf(series),
        comparisonOperator: comparisons[is],
        threshold,
        datapointsToAlarm: points,
        evaluationPeriods: of,
        treatMissingData: missing,
        ...actions(topicArn),
      },
      opts,
    );
  }
}

export interface FaultAlarmArgs extends Call {
  /** Alarms of one fault: the first that is on calls, the others then don't. */
  symptoms: Alarm[];
  topicArn: pulumi.Input<string>;
  /** Name of an alarm that has called for the cause already while it is on. Default: none. */
  unless?: pulumi.Input<string>;
}

/** Seconds that it waits for the alarm of the cause, and stays quiet once that is off again. */
const patience = { waitPeriod: 120, extensionPeriod: 180 };

/** An alarm that is on while one of others is, so that one fault calls once. */
export class FaultAlarm extends aws.cloudwatch.CompositeAlarm {
  constructor(name: string, args: FaultAlarmArgs, opts: pulumi.CustomResourceOptions) {
    const { symptoms, topicArn, unless } = args;
    super(
      name,
      {
        alarmName: physicalName("alarm", name),
        alarmDescription: textOf(args),
        alarmRule: pulumi.all(symptoms.map((each) => each.name)).apply((names) => anyOf(names)),
        ...actions(topicArn),
        ...(unless !== undefined && { actionsSuppressor: { alarm: unless, ...patience } }),
      },
      opts,
    );
  }
}

function anyOf(names: string[]): string {
  return names.map((each) => `ALARM("${each}")`).join(" OR ");
}

/** The end of a fault is reported too. */
function actions(topicArn: pulumi.Input<string> | undefined) {
  return topicArn === undefined ? {} : { alarmActions: [topicArn], okActions: [topicArn] };
}

/** The text of a call: what it means, where to look, and last, as a URL that can be clicked, where it says what to do. */
export function textOf({ means, look, runbook, runbooksUrl = "scripts/runbooks" }: Call): string {
  return `${means} Look first: ${look} What to do: ${runbooksUrl}/${runbook}`;
}
