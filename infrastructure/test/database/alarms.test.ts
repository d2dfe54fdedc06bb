import * as aws from "@pulumi/aws";
import { compositeState, type Row, steady, testAlarms, testCalls } from "@selfhosted/common/testing";
import { expect } from "chai";
import { mostConnections } from "../../database/limits";
import { everythingOn } from "../configurations";
import { runLayer, runWith } from "../layer";

const GiB = 1024 ** 3;

/** Of an installation by default: two db.r6g.large, with 16 GiB of memory and 1000 connections. */
const rows: Record<string, Row> = {
  connections: { fires: steady(801, 5), quiet: [1000, 1000, 1000, 1000, 800] },
  cpu: { fires: steady(91, 10), quiet: [...steady(100, 9), 90] },
  memory: { fires: steady(1.5 * GiB, 10), quiet: [...steady(GiB, 9), 1.7 * GiB] },
  deadlocks: { fires: steady(0.3, 5), quiet: [0.3, 0.3, 0.1, 0.3, 0.3] },
  // After a restart it begins again.
  silence: { fires: steady(undefined, 3), quiet: [86_400, undefined, 20], silent: "ALARM" },
  "local-storage": { fires: steady(3 * GiB, 5), quiet: [...steady(GiB, 4), 3.3 * GiB] },
  volume: { fires: steady(9 * 1024 * GiB, 3), quiet: steady(120 * 1024 * GiB, 3) },
  lag: { fires: steady(1500, 5), quiet: [5000, 30, 20, 30, 20] },
};

describe("The database's alarms", () => {
  testAlarms(() => runLayer(), "-database-alarms-", rows);
  testCalls(() => runWith(everythingOn));

  it("are those of a fault together, which calls once", async () => {
    const outcome = await runLayer();
    const { inputs } = outcome.the(aws.cloudwatch.CompositeAlarm);
    const isOn = (...things: string[]) =>
      compositeState(inputs.alarmRule, (name) => (things.some((each) => name.endsWith(`-${each}`)) ? "ALARM" : "OK"));
    expect([isOn("cpu"), isOn("silence", "connections"), isOn("volume"), isOn()]).to.deep.equal([
      "ALARM",
      "ALARM",
      "OK",
      "OK",
    ]);
    expect(outcome.outputs.alarms).to.deep.equal({
      topicArn: "arn:aws:sns:eu-central-1:111122223333:pulumi-prod-database-events",
      database: inputs.alarmName,
    });
  });

  it("go to a topic to which CloudWatch and EventBridge may publish, with a key that they may use", async () => {
    const { the } = await runLayer();
    expect(the(aws.sns.TopicPolicy).inputs.policy)
      .to.include("cloudwatch.amazonaws.com")
      .and.to.include('"events.amazonaws.com"');
    expect(the(aws.kms.Key).inputs.policy)
      .to.include("cloudwatch.amazonaws.com")
      .and.to.include('"events.amazonaws.com"');
  });

  it("are turned off with those of the application layer, and need no events of RDS", async () => {
    const off = await runWith({ alarmsEnabled: false });
    expect(off.outputs.alarms).to.equal(undefined);
    expect(off.ofType(aws.cloudwatch.MetricAlarm)).to.deep.equal([]);
    const alone = await runWith({ databaseEvents: false });
    expect(alone.ofType(aws.rds.EventSubscription)).to.deep.equal([]);
    expect(alone.ofType(aws.cloudwatch.MetricAlarm)).not.to.deep.equal([]);
    expect(alone.the(aws.sns.Topic).inputs.kmsMasterKeyId).to.equal(alone.outputs.dataKeyArn);
  });

  it("have no lag where there is no standby", async () => {
    const { resources } = await runLayer({ config: { databaseInstanceCount: 1 }, aws: {} });
    expect(resources.filter(({ name }) => name.endsWith("-alarms-lag"))).to.deep.equal([]);
  });

  it("call for a failed backup or copy, and for a key that is turned off or to be deleted", async () => {
    const { the } = await runWith(everythingOn);
    const pattern = (name: string): unknown =>
      JSON.parse(String(the(aws.cloudwatch.EventRule, name).inputs.eventPattern));
    expect(pattern("-backup-failed-rule")).to.have.nested.property("detail.state").that.includes("FAILED");
    expect(pattern("-key-notices-lost-rule"))
      .to.have.nested.property("detail.eventName")
      .that.includes("ScheduleKeyDeletion");
  });
});

describe("The connections that a database takes", () => {
  const of = (databaseInstanceClass: string, databaseMaxCapacity?: number, databaseParameters = {}): number =>
    mostConnections({
      databaseInstanceClass,
      databaseServerless: databaseMaxCapacity !== undefined,
      databaseMaxCapacity: databaseMaxCapacity ?? 0,
      databaseParameters,
    });

  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
  const classes = {
    "db.t3.small": 45,
    "db.t3.medium": 90,
    "db.t3.large": 135,
    "db.r6g.large": 1000,
    "db.r6g.xlarge": 2000,
    "db.r6g.2xlarge": 3000,
    "db.r6g.4xlarge": 4000,
    "db.r6g.8xlarge": 5000,
    "db.r6g.12xlarge": 6000,
    "db.r6g.16xlarge": 6000,
    "db.r5.24xlarge": 7000,
    "db.x2g.large": 2000,
  };
  for (const [name, connections] of Object.entries(classes)) {
    it(`are ${connections} of ${name}`, () => expect(of(name)).to.equal(connections));
  }

  it("follow the ACUs of a serverless one, and the parameter where it is set", () => {
    expect([4, 8, 16, 32, 64, 128, 192, 256].map((capacity) => of("", capacity))).to.deep.equal([
      ...[135, 1000, 2000, 3000, 4000, 5000, 6000, 6000],
    ]);
    expect(of("db.r6g.large", undefined, { max_connections: "500" })).to.equal(500);
  });
});
