import type * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import { eventNotice, type OnCall } from "@selfhosted/common/components";

export interface KeyNoticesArgs {
  /** Keys without which data can't be read. */
  keyArns: pulumi.Input<string>[];
  onCall: OnCall;
}

/**
 * Calls when somebody turns a key off, or schedules its deletion. KMS itself reports a deletion only when it is done; these calls come by
 * CloudTrail, so the account needs a trail of management events
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html).
 */
export class KeyNotices extends Component {
  constructor(name: string, { keyArns, onCall }: KeyNoticesArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "KeyNotices", name, opts);
    eventNotice(
      `${name}-lost`,
      {
        means:
          "A key was disabled, or is to be deleted: what it encrypts can't be read, and after the deletion never again.",
        look: "who did it, in CloudTrail, and `make verify`. A deletion can be cancelled until its day.",
        runbook: "keys.md#a-key-is-disabled-or-will-be-deleted",
        pattern: {
          source: ["aws.kms"],
          "detail-type": ["AWS API Call via CloudTrail"],
          detail: {
            eventName: ["DisableKey", "ScheduleKeyDeletion"],
            resources: { ARN: keyArns },
          },
        },
        detail: "$.detail.eventName",
        ...onCall,
      },
      { parent: this },
    );
    this.registerOutputs({ topicArn: onCall.topicArn });
  }
}
