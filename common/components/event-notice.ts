import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../naming";
import { type Call, textOf } from "./alarm";

export interface EventNoticeArgs extends Call {
  /** Events that call, as EventBridge's patterns have them. */
  pattern: pulumi.Input<Record<string, unknown>>;
  /** What of the event the text ends with, as a path such as `$.detail.reason`. */
  detail: string;
  topicArn: pulumi.Input<string>;
}

/** Calls for something that AWS reports as an event, of which there is no metric: `<name>-rule` and `<name>-target`. */
export function eventNotice(name: string, args: EventNoticeArgs, opts: pulumi.CustomResourceOptions): void {
  const { pattern, detail, topicArn } = args;
  const rule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    { name: physicalName("eventRule", name), description: args.means, eventPattern: pulumi.jsonStringify(pattern) },
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
        inputTemplate: `"${textOf(args).replace(/"/g, "'")} AWS says: <detail>"`,
      },
    },
    opts,
  );
}
