import { awsClients } from "@selfhosted/common";
import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { checkAlarms } from "../../aws/alarms";

describe("verify: alarms", () => {
  const topicArn = "arn:aws:sns:eu-central-1:111122223333:pulumi-prod-database-events";
  const check = async (answer: () => object) => {
    const { sns } = awsClients({ region: "eu-central-1" }, () => Promise.resolve().then(answer));
    const [found] = await checkAlarms(sns, { topicArn, database: "alarm" });
    return found;
  };
  const subscriptions = (confirmed: string, pending: string) => () => ({
    Attributes: { SubscriptionsConfirmed: confirmed, SubscriptionsPending: pending },
  });

  it("call somebody who has confirmed it", async () => {
    expect(await check(subscriptions("2", "0"))).to.deep.include({ verdict: "ok" });
    const unconfirmed = await check(subscriptions("1", "1"));
    expect(unconfirmed).to.deep.include({ verdict: "warn", detail: "1 confirmed subscriptions, 1 that wait for it" });
    expect(unconfirmed?.fix).to.contain(`aws sns subscribe --topic-arn ${topicArn} `);
  });

  it("warn where they call nobody", async () => {
    const nobody = await check(subscriptions("0", "0"));
    expect(nobody).to.deep.include({ verdict: "warn" });
    expect(nobody?.fix).to.contain("databaseEventEmails");
  });

  it("are left unchecked on a topic of the customer's that the caller may not see", async () => {
    const closed = () => {
      throw awsError("AuthorizationErrorException", "not authorized to perform: SNS:GetTopicAttributes");
    };
    expect(await check(closed)).to.deep.include({ verdict: "skip" });
  });
});
