import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../naming";
import { type Call, type OnCall, textOf } from "./alarm";

export interface EventNoticeArgs extends Call, OnCall {
  /** Events that call, as EventBridge's patterns have them. */
  pattern: pulumi.Input<Record<string, unknown>>;
  /** What of the event is in the text, as a path such as `$.detail.reason`. */
  detail: string;
}

/** Calls for something that AWS reports as an event, of which there is no metric: `<name>-rule` and `<name>-target`. */
export function eventNotice(name: string, args: EventNoticeArgs, opts: pulumi.CustomResourceOptions): void {
  const { means, pattern, detail, topicArn } = args;
  const rule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    { name: physicalName("eventRule", name), description: means, eventPattern: pulumi.jsonStringify(pattern) },
    opts,
  );
  // No role: EventBridge publishes to topics by the topic's own policy alone
  // (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html).
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    {
      rule: rule.name,
      targetId: "topic",
      arn: topicArn,
      inputTransformer: {
        inputPaths: { detail },
        inputTemplate: `"${textOf({ ...args, means: `${means} AWS says: <detail>.` })}"`,
      },
    },
    opts,
  );
}
