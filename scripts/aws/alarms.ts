import { type AlarmOutputs, type AwsClients, isDenied } from "@selfhosted/common";
import { type CheckResult, checkResult } from "../report";

const name = "alarms";

/** Somebody is called: the topic of the alarms has a subscription, and nobody has yet to confirm one. */
export async function checkAlarms(sns: AwsClients["sns"], { topicArn }: AlarmOutputs): Promise<CheckResult[]> {
  try {
    const { Attributes = {} } = await sns.getTopicAttributes({ TopicArn: topicArn });
    const count = (state: string): number => Number(Attributes[`Subscriptions${state}`]) || 0;
    return [checkSubscriptions(topicArn, { confirmed: count("Confirmed"), pending: count("Pending") })];
  } catch (error) {
    // A topic of the customer's may be closed to the caller.
    if (isDenied(error)) {
      return [
        { name, verdict: "skip", detail: `who gets them can't be seen: ${topicArn} is closed to these credentials` },
      ];
    }
    throw error;
  }
}

/** An address that wasn't confirmed gets nothing: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
function checkSubscriptions(
  topicArn: string,
  { confirmed, pending }: { confirmed: number; pending: number },
): CheckResult {
  if (confirmed + pending === 0) {
    const fix = `in infrastructure/: \`pulumi config set databaseEventEmails\`, or subscribe a tool of yours to ${topicArn}`;
    return { name, verdict: "warn", detail: "nobody is called: their topic has no subscription", fix };
  }
  const again = `aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint ADDRESS`;
  return checkResult(
    name,
    pending === 0,
    `${confirmed} confirmed subscriptions, ${pending} that wait for it`,
    `open the mail that AWS Notifications sent to each address, and confirm; for another mail: \`${again}\``,
    "warn",
  );
}
