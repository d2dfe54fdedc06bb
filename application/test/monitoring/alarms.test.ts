import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { compositeState, type Row, steady, testAlarms, testCalls, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { targetMetric } from "../../monitoring/metrics";
import { alarms as upstream, deploy, logRouter } from "../fixtures";

const withJobs = { config: { jobsEnabled: true } };

const load: Row = { fires: steady(91, 10), quiet: [...steady(100, 9), 90] };
const lines: Row = { fires: steady(11, 5), quiet: [500, 500, 0, 500, 500] };
/** While a service rolls it has more tasks than it wants; one that stopped is there again after two minutes. */
const tasks: Row = {
  fires: { desired: steady(3, 5), running: steady(2, 5) },
  quiet: { desired: steady(3, 5), running: [2, 2, 3, 6, 3] },
};
const service: Record<string, Row> = {
  down: { fires: [2, 0, 0], quiet: [2, 0, 1], silent: "ALARM" },
  unhealthy: { fires: [1, 1, 2], quiet: [2, 2, 0] },
  tasks,
  resets: { fires: steady(301, 5), quiet: [5000, 300, 20, 20, 0] },
  cpu: load,
  memory: load,
};
const of = (thing: string, rows: Record<string, Row>): Record<string, Row> =>
  Object.fromEntries(Object.entries(rows).map(([each, row]) => [`${thing}-${each}`, row]));

const rows: Record<string, Row> = {
  ...of("api", { ...service, errors: lines, "server-errors": lines }),
  ...of("console", service),
  ...of("jobs", { tasks, cpu: load, memory: load }),
  // ACM renews 60 days before, and tries for a while.
  certificate: { fires: [29], quiet: [30] },
  "fargate-quota": {
    fires: { usage: steady(5, 3), SERVICE_QUOTA: steady(6, 3) },
    quiet: { usage: [6, 6, 4], SERVICE_QUOTA: steady(6, 3) },
  },
  // 10,000 a second.
  "kms-quota": {
    fires: { usage: steady(500_000, 5), SERVICE_QUOTA: steady(600_000, 5) },
    quiet: { usage: [590_000, 590_000, 590_000, 590_000, 480_000], SERVICE_QUOTA: steady(600_000, 5) },
  },
};

describe("The alarms of the services", () => {
  testAlarms(() => deploy(withJobs), "-alarms-", rows);
  testCalls(() => deploy(withJobs));

  it("of one fault call once, and not where the database's alarm has called already", async () => {
    const outcome = await deploy(withJobs);
    for (const thing of ["api", "console"]) {
      const { inputs } = outcome.the(aws.cloudwatch.CompositeAlarm, `-${thing}-trouble`);
      const isOn = (...symptoms: string[]) =>
        compositeState(inputs.alarmRule, (name) =>
          symptoms.some((each) => name.endsWith(`-${thing}-${each}`)) ? "ALARM" : "OK",
        );
      expect([isOn("down"), isOn("tasks", "unhealthy"), isOn("cpu"), isOn()]).to.deep.equal([
        "ALARM",
        "ALARM",
        "OK",
        "OK",
      ]);
      expect(inputs.actionsSuppressor?.alarm).to.equal(upstream.database);
      expect(inputs.alarmActions).to.deep.equal([upstream.topicArn]);
    }
  });

  it("name load balancers, targets and services as their metrics do", async () => {
    const { the } = await deploy();
    const dimensions = (alarm: string) => the(aws.cloudwatch.MetricAlarm, alarm).inputs.dimensions;
    expect(Object.keys(dimensions("-api-unhealthy") ?? {}).sort()).to.deep.equal(["LoadBalancer", "TargetGroup"]);
    expect(dimensions("-console-cpu")).to.deep.equal({
      ClusterName: "pulumi-test-cluster",
      ServiceName: "pulumi-test-console",
    });
  });

  it("name a load balancer by the end of its ARN, and its targets by theirs", async () => {
    const arn = (rest: string) => pulumi.output(`arn:aws:elasticloadbalancing:eu-central-1:111122223333:${rest}`);
    const { dimensions } = targetMetric(
      {
        ...{ serviceName: "s", logGroup: "l" },
        loadBalancer: { arn: arn("loadbalancer/net/pulumi-prod-api-lb/50dc6c495c0c9188") },
        targetGroupArn: arn("targetgroup/pulumi-prod-api-lb-8080/73e2d6bc24d8a067"),
      },
      "HealthyHostCount",
      "Minimum",
    );
    const found = await new Promise((resolve) => pulumi.output(dimensions).apply(resolve));
    expect(found).to.deep.equal({
      TargetGroup: "targetgroup/pulumi-prod-api-lb-8080/73e2d6bc24d8a067",
      LoadBalancer: "net/pulumi-prod-api-lb/50dc6c495c0c9188",
    });
  });

  it("know missing tasks without Container Insights by the CPU that each reports", async () => {
    const { the } = await deploy({ config: { containerInsights: "disabled", apiMinTasks: 3 } });
    expect(the(aws.cloudwatch.MetricAlarm, "-api-tasks").inputs).to.include({
      metricName: "CPUUtilization",
      statistic: "SampleCount",
      threshold: 3,
      comparisonOperator: "LessThanThreshold",
    });
  });

  it("read no log where a log router has it", async () => {
    const { ofType } = await deploy({ config: logRouter() });
    expect(ofType(aws.cloudwatch.LogMetricFilter)).to.deep.equal([]);
    expect(ofType(aws.cloudwatch.MetricAlarm).filter(({ name }) => name.endsWith("-errors"))).to.deep.equal([]);
  });

  it("are there where the infrastructure layer has them on", async () => {
    const { resources } = await deploy({ above: { alarms: undefined } });
    expect(resources.filter(({ type }) => /:cloudwatch\/(?!logGroup)/.test(type))).to.deep.equal([]);
  });

  it("compare what KMS is asked in a minute with its quota", async () => {
    const { the } = await deploy();
    const { metricQueries = [] } = the(aws.cloudwatch.MetricAlarm, "-kms-quota").inputs;
    expect(metricQueries.find(({ id }) => id === "usage")?.metric).to.deep.include({
      ...{ namespace: "AWS/Usage", metricName: "CallCount", stat: "Sum", period: 60 },
      dimensions: { Service: "KMS", Type: "API", Resource: "CryptographicOperationsSymmetric", Class: "None" },
    });
  });

  it("have thresholds that a stack may change", async () => {
    const resourceOverrides: Values = { "alarms-api-cpu": { threshold: 95 } };
    const { the } = await deploy({ config: { resourceOverrides } });
    expect(the(aws.cloudwatch.MetricAlarm, "-api-cpu").inputs.threshold).to.equal(95);
  });
});

describe("What ECS reports once", () => {
  it("is sent for a rollback of this cluster's services, and for a migration that fails", async () => {
    const { the } = await deploy();
    const pattern = (name: string): unknown =>
      JSON.parse(String(the(aws.cloudwatch.EventRule, name).inputs.eventPattern));
    const cluster = "arn:aws:ecs:eu-central-1:111122223333";
    expect(pattern("-rollback-rule")).to.deep.include({
      resources: [{ prefix: `${cluster}:service/pulumi-test-cluster/` }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    });
    expect(pattern("-migration-rule")).to.deep.nested.include({
      "detail.clusterArn": [`${cluster}:cluster/pulumi-test-cluster`],
      "detail.group": ["family:pulumi-test-migration"],
    });
    const { inputs } = the(aws.cloudwatch.EventTarget, "-rollback-target");
    expect(inputs.arn).to.equal(upstream.topicArn);
    expect(inputs.inputTransformer?.inputPaths).to.deep.equal({ detail: "$.detail.reason" });
    // A text in JSON, as EventBridge wants it.
    expect(JSON.parse(inputs.inputTransformer?.inputTemplate ?? "")).to.include(" AWS says: <detail>. ");
  });
});
