import { expect } from "chai";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

const topic = "aws:sns/topic:Topic";
const subscription = "aws:sns/topicSubscription:TopicSubscription";

describe("topics", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let alerts: Made;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    alerts = await stack.create(topic, "alerts", {
      name: "alerts",
      kmsMasterKeyId: seeded.serviceKeyArn,
      tags: { team: "sre" },
    });
  });

  it("have a policy and subscriptions", async () => {
    expect(alerts.outputs).to.deep.include({ kmsMasterKeyId: seeded.serviceKeyArn, tagsAll: { team: "sre" } });
    expect(await stack.preview(alerts, {})).to.equal("none");
    const statement = {
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: alerts.id,
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const attached = await stack.create("aws:sns/topicPolicy:TopicPolicy", "alerts", { arn: alerts.id, policy });
    await stack.delete(attached);
    const mail = await stack.create(subscription, "mail", {
      topic: alerts.id,
      protocol: "email",
      endpoint: "sre@example.com",
    });
    expect(mail.outputs).to.include({ endpoint: "sre@example.com", topic: alerts.id });
    await stack.delete(mail);
    await stack.delete(mail);
    expect(await stack.read(mail)).to.equal(undefined);
  });

  it("are refused, as subscriptions, for what SNS refuses", async () => {
    const valid = { topic: alerts.id, protocol: "email", endpoint: "sre@example.com" };
    expect(await stack.refusal(topic, { name: "alerts" })).to.match(/exists already/);
    expect(await stack.refusal(topic, { name: "a b" })).to.match(/name must be/);
    const noKey = seeded.serviceKeyArn.replace(/.{8}$/, "00000000");
    expect(await stack.refusal(topic, { kmsMasterKeyId: noKey })).to.match(/which doesn't exist/);
    expect(await stack.refusal(subscription, { ...valid, endpoint: "nobody" })).to.match(
      /must be an e-mail address for email, found nobody/,
    );
    expect(await stack.refusal(subscription, { ...valid, protocol: "pigeon" })).to.match(/protocol must be one of/);
    expect(await stack.refusal(subscription, { ...valid, topic: `${alerts.id}-none` })).to.match(/which doesn't exist/);
  });
});
