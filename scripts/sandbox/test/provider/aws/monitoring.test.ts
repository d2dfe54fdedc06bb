import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { Deployment, type Made } from "../../account";
import { type Life, live } from "../../life";

/** A resource of CloudWatch and EventBridge lives as its program says; what AWS refuses is refused. */
describe("alarms, dashboards and rules live as their program says:", () => {
  let stack: Deployment;
  let topic: Made;

  const make = (token: string, inputs: Life["inputs"]) => stack.create(token, "given", inputs);
  const lives = (token: string, life: () => Life | Promise<Life>) =>
    it(token, async () => live(stack, token, await life()));

  const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const simple = {
    ...{ namespace: "AWS/ECS", metricName: "CPUUtilization", dimensions: { ClusterName: "c", ServiceName: "s" } },
    ...{ statistic: "Average", period: 60, comparisonOperator: "GreaterThanThreshold", threshold: 90 },
    ...{ evaluationPeriods: 5, datapointsToAlarm: 5, treatMissingData: "ignore", alarmDescription: "CPU" },
  };

  before(async () => {
    stack = await Deployment.open();
    topic = await make("aws:sns/topic:Topic", {});
  });

  lives(metricAlarm, () => ({
    inputs: { ...simple, alarmActions: [topic.id], okActions: [topic.id] },
    changed: { threshold: 80, treatMissingData: "breaching", alarmDescription: "high CPU" },
    replaced: { name: "another" },
  }));

  lives(metricAlarm, () => {
    const query = (id: string, metricName: string) => ({
      id,
      returnData: false,
      metric: {
        namespace: "ECS/ContainerInsights",
        metricName,
        dimensions: { ClusterName: "c" },
        period: 60,
        stat: "Average",
      },
    });
    const result = { id: "result", expression: "desired - running", label: "missing", returnData: true };
    const metricQueries = [query("desired", "DesiredTaskCount"), query("running", "RunningTaskCount"), result];
    return {
      inputs: {
        ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 5, datapointsToAlarm: 5, threshold: 0 },
        ...{ metricQueries, treatMissingData: "ignore" },
      },
      changed: { threshold: 1 },
      replaced: { name: "another" },
    };
  });

  lives("aws:cloudwatch/compositeAlarm:CompositeAlarm", async () => {
    const [one, other] = [await make(metricAlarm, { ...simple }), await make(metricAlarm, { ...simple })];
    return {
      inputs: {
        ...{ alarmName: "trouble", alarmRule: `ALARM("${one.id}")`, alarmActions: [topic.id], alarmDescription: "one" },
        actionsSuppressor: { alarm: other.id, waitPeriod: 120, extensionPeriod: 180 },
      },
      changed: { alarmRule: `ALARM("${one.id}") OR ALARM("${other.id}")` },
      replaced: { alarmName: "more-trouble" },
    };
  });

  lives("aws:cloudwatch/dashboard:Dashboard", () => {
    const body = (markdown: string): string =>
      JSON.stringify({ widgets: [{ type: "text", x: 0, y: 0, width: 24, height: 1, properties: { markdown } }] });
    return {
      inputs: { dashboardName: "page", dashboardBody: body("one") },
      changed: { dashboardBody: body("two") },
      replaced: { dashboardName: "another" },
    };
  });

  lives("aws:cloudwatch/eventRule:EventRule", () => ({
    inputs: { description: "stopped", eventPattern: JSON.stringify({ source: ["aws.ecs"] }) },
    changed: { eventPattern: JSON.stringify({ source: ["aws.rds"] }) },
    replaced: { name: "another" },
  }));

  lives("aws:cloudwatch/eventTarget:EventTarget", async () => {
    const pattern = { eventPattern: JSON.stringify({ source: ["aws.ecs"] }) };
    const rule = await make("aws:cloudwatch/eventRule:EventRule", pattern);
    const template = (text: string) => ({ inputPaths: { detail: "$.detail" }, inputTemplate: `"${text} <detail>"` });
    return {
      inputs: { rule: rule.id, targetId: "topic", arn: topic.id, inputTransformer: template("one") },
      changed: { inputTransformer: template("two") },
      replaced: { targetId: "another" },
    };
  });

  lives("aws:cloudwatch/logMetricFilter:LogMetricFilter", async () => {
    const group = await make("aws:cloudwatch/logGroup:LogGroup", {});
    const metricTransformation = { namespace: "app", name: "errors", value: "1", defaultValue: "0" };
    return {
      inputs: { logGroupName: group.id, pattern: "ERROR", metricTransformation },
      changed: { pattern: '?ERROR ?"level=fatal"' },
      replaced: { name: "another" },
    };
  });

  it("an alarm has seen nothing when it is made; a composite one is made after those that it is made of", async () => {
    const { id } = await make(metricAlarm, { ...simple });
    const aws = stack.account.client(CloudWatch);
    const { MetricAlarms: [alarm] = [] } = await aws.describeAlarms({ AlarmNames: [id] });
    expect(alarm?.StateValue).to.equal("INSUFFICIENT_DATA");
    const composite = aws.putCompositeAlarm({ AlarmName: "of-none", AlarmRule: 'ALARM("none")' });
    expect(await composite.catch(String)).to.match(/alarms \[none\] do not exist/);
  });

  it("are refused as AWS does", async () => {
    const aws = stack.account.client(CloudWatch);
    const base = {
      ...{ AlarmName: "refused", Namespace: "AWS/ECS", MetricName: "CPUUtilization", Statistic: "Average" as const },
      ...{ Period: 60, EvaluationPeriods: 5, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" as const },
    };
    const wrong: [object, RegExp][] = [
      [{ EvaluationPeriods: 2000 }, /more than a day/],
      [{ Period: 90 }, /multiple of 60/],
      [{ DatapointsToAlarm: 6 }, /DatapointsToAlarm/],
      [{ TreatMissingData: "good" }, /TreatMissingData/],
      [{ MetricName: undefined }, /Exactly one/],
      [{ Statistic: undefined }, /ExtendedStatistic/],
      [{ AlarmDescription: "x".repeat(1025) }, /1024/],
    ];
    expect(await aws.putMetricAlarm(base)).to.be.an("object");
    for (const [change, words] of wrong) {
      expect(await aws.putMetricAlarm({ ...base, ...change }).catch(String), JSON.stringify(change)).to.match(words);
    }
    expect(await aws.putDashboard({ DashboardName: "bad", DashboardBody: "{}" }).catch(String)).to.match(/widgets/);
  });
});
