import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

const topic = "aws:sns/topic:Topic";
const subscription = "aws:sns/topicSubscription:TopicSubscription";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const dashboard = "aws:cloudwatch/dashboard:Dashboard";
const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
type Inputs = Record<string, unknown>;

describe("monitoring", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let alerts: Made;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    const client = stack.account.client(CloudWatchLogsClient);
    await client.send(new CreateLogGroupCommand({ logGroupName: "/monitoring/api" }));
    alerts = await stack.create(topic, "alerts", {
      name: "alerts",
      kmsMasterKeyId: seeded.serviceKeyArn,
      tags: { team: "sre" },
    });
  });

  const alarmInputs = (changed: Inputs = {}): Inputs => ({
    name: "unhealthy",
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 3,
    threshold: 0,
    metricName: "UnHealthyHostCount",
    namespace: "AWS/NetworkELB",
    period: 60,
    statistic: "Maximum",
    dimensions: { LoadBalancer: "net/api/0" },
    alarmActions: [alerts.id],
    ...changed,
  });

  it("keeps a topic with its policy and subscriptions", async () => {
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

  it("refuses topics and subscriptions that SNS refuses", async () => {
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

  it("keeps an alarm, changes it in place, and deletes it", async () => {
    let made = await stack.create(alarm, "unhealthy", alarmInputs());
    expect(await stack.preview(made, {})).to.equal("none");
    made = await stack.update(made, { threshold: 1, tags: { team: "sre" } });
    expect(made.outputs).to.deep.include({ threshold: 1, tagsAll: { team: "sre" } });
    expect(await stack.refusal(alarm, alarmInputs())).to.match(/exists already/);
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  });

  it("keeps an alarm on an expression", async () => {
    const metric = { metricName: "ProcessedBytes", namespace: "AWS/NetworkELB", period: 60, stat: "Sum" };
    const metricQueries = [
      { id: "bytes", metric },
      { id: "rate", expression: "bytes / 60", returnData: true },
    ];
    const single = { metricName: undefined, namespace: undefined, period: undefined, statistic: undefined };
    const others = alarmInputs({ name: "rate", dimensions: undefined, ...single });
    const made = await stack.create(alarm, "rate", { ...others, metricQueries });
    expect(await stack.preview(made, {})).to.equal("none");
    const silent = metricQueries.map((query) => ({ ...query, returnData: false }));
    expect(await stack.refusal(alarm, { ...others, metricQueries: silent })).to.match(
      /returnData in exactly one query/,
    );
  });

  it("refuses alarms that CloudWatch refuses", async () => {
    const refused: [inputs: Inputs, reason: RegExp][] = [
      [alarmInputs({ comparisonOperator: "MoreThan" }), /comparisonOperator must be one of/],
      [alarmInputs({ period: 45 }), /period must be 10, 20, 30 or a multiple of 60, found 45/],
      [alarmInputs({ statistic: undefined }), /metricName needs a namespace, a period and a statistic/],
      [alarmInputs({ datapointsToAlarm: 4 }), /datapointsToAlarm must be at most the evaluationPeriods/],
      [alarmInputs({ treatMissingData: "bad" }), /treatMissingData must be one of/],
      [alarmInputs({ alarmActions: [`${alerts.id}-none`] }), /alarmActions names .*-none, which doesn't exist/],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(alarm, inputs)).to.match(reason);
  });

  it("keeps a dashboard whose widgets fit the grid", async () => {
    const body = (width: number) =>
      JSON.stringify({ widgets: [{ type: "metric", x: 12, y: 0, width, height: 6, properties: {} }] });
    const made = await stack.create(dashboard, "main", { dashboardName: "main", dashboardBody: body(12) });
    expect(await stack.preview(made, {})).to.equal("none");
    expect(await stack.refusal(dashboard, { dashboardName: "wide", dashboardBody: body(13) })).to.match(
      /within 24 columns/,
    );
    expect(await stack.refusal(dashboard, { dashboardName: "odd", dashboardBody: "{" })).to.match(/must be JSON/);
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  });

  it("makes metrics from the lines of a log group that exists", async () => {
    const metricTransformation = { name: "Errors", namespace: "Api", value: "1", defaultValue: "0" };
    const inputs = { logGroupName: "/monitoring/api", pattern: "ERROR", metricTransformation };
    const made = await stack.create(filter, "errors", inputs);
    expect(await stack.preview(made, {})).to.equal("none");
    expect(await stack.refusal(filter, { ...inputs, logGroupName: "/none" })).to.match(/\/none, which doesn't exist/);
    const both = { ...inputs, metricTransformation: { ...metricTransformation, dimensions: { path: "$.path" } } };
    expect(await stack.refusal(filter, both)).to.match(/can't have both/);
    await stack.delete(made);
    await stack.delete(made);
  });

  it("says clearly that composite alarms can't be rehearsed", async () => {
    const refusal = await stack.refusal("aws:cloudwatch/compositeAlarm:CompositeAlarm", {
      alarmName: "all",
      alarmRule: "TRUE",
    });
    expect(refusal).to.match(/emulated AWS account doesn't implement composite alarms/);
  });
});
