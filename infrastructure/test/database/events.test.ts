import * as aws from "@pulumi/aws";
import { policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { subscriptionNames } from "../../database/events";
import { runLayer, runWith } from "../layer";

describe("The database's events", () => {
  it("go to an encrypted topic of the installation, which sends them to the addresses", async () => {
    const outcome = await runWith({ databaseEventEmails: ["ops@example.com"] });
    const topic = outcome.the(aws.sns.Topic);
    expect(topic.inputs.kmsMasterKeyId).to.equal(outcome.outputs.dataKeyArn);
    expect(policyIn(outcome.the(aws.sns.TopicPolicy).inputs.policy)["DatabaseEvents"]).to.deep.include({
      Principal: { Service: "events.rds.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(outcome.the(aws.sns.TopicSubscription).inputs).to.deep.include({
      protocol: "email",
      endpoint: "ops@example.com",
    });
    const subscriptions = outcome.ofType(aws.rds.EventSubscription);
    expect(subscriptions.map(({ inputs }) => inputs.sourceIds).filter(Boolean)).to.deep.equal([
      ["pulumi-prod-database-cluster"],
      ["pulumi-prod-database-instance-1"],
      ["pulumi-prod-database-instance-2"],
    ]);
  });

  it("are sent to a pager by HTTPS, as the rest of a topic's messages", async () => {
    const url = "https://events.pagerduty.com/integration/0123456789abcdef/enqueue";
    const { the } = await runLayer({ secrets: { alarmHttpsEndpoints: { pagerduty: url } } });
    const { name, inputs } = the(aws.sns.TopicSubscription);
    expect(inputs).to.deep.include({ protocol: "https", endpoint: url });
    // The name is in clear wherever Pulumi writes.
    expect(name).to.equal("pulumi-prod-database-events-https-pagerduty");
  });

  it("report changed parameter groups and security groups, as AWS's controls RDS.21 and RDS.22 ask", async () => {
    const subscriptions = (await runLayer()).ofType(aws.rds.EventSubscription);
    const categories = (source: string): string[] | undefined =>
      subscriptions.find(({ inputs }) => inputs.sourceType === source)?.inputs.eventCategories;
    expect(categories("db-parameter-group")).to.deep.equal(["configuration change"]);
    expect(categories("db-security-group")).to.deep.equal(["configuration change", "failure"]);
  });

  it("have the subscriptions that the preflight counts", async () => {
    for (const databaseInstanceCount of [1, 3]) {
      const made = (await runWith({ databaseInstanceCount })).ofType(aws.rds.EventSubscription);
      expect(subscriptionNames("pulumi-prod-database-events", { databaseInstanceCount })).to.have.members(
        made.map(({ inputs }) => inputs.name),
      );
    }
  });

  it("go to an existing topic", async () => {
    const topic = "arn:aws:sns:eu-central-1:111122223333:operations";
    const outcome = await runWith({ databaseEventTopicArn: topic });
    expect(outcome.ofType(aws.sns.Topic)).to.deep.equal([]);
    for (const { inputs } of outcome.ofType(aws.rds.EventSubscription)) {
      expect(inputs.snsTopic).to.equal(topic);
    }
  });
});
