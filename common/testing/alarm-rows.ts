import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { type Series, stateAfter } from "./alarm-evaluator";
import type { Outcome } from "./run";

/** What an alarm must do: what fires it, what doesn't though it is near, and what isn't there. */
export interface Row {
  fires: Series;
  /** What a healthy installation has on a bad day. */
  quiet: Series;
  /** The state without any points; default `OK`, as it was before. */
  silent?: "ALARM" | "OK";
}

/** Each alarm of the outcome, by the end of its name behind the prefix, has a row, fires by it, and comes back. */
export function testAlarms(outcome: () => Promise<Outcome>, prefix: string, rows: Record<string, Row>): void {
  const alarms = async () => {
    const found = (await outcome()).ofType(aws.cloudwatch.MetricAlarm);
    return new Map(found.map(({ name, inputs }) => [name.slice(name.indexOf(prefix) + prefix.length), inputs]));
  };

  it("have each a row in the table of this test", async () => {
    expect([...(await alarms()).keys()].sort()).to.deep.equal(Object.keys(rows).sort());
  });

  for (const [thing, { fires, quiet, silent = "OK" }] of Object.entries(rows)) {
    it(`${thing}: fires, comes back, and stays quiet when it should`, async () => {
      const alarm = (await alarms()).get(thing);
      if (alarm === undefined) {
        throw new Error(`there is no alarm ${thing}`);
      }
      expect(stateAfter(alarm, fires), "what should fire").to.equal("ALARM");
      expect(stateAfter(alarm, quiet), "what should not").to.equal("OK");
      expect(stateAfter(alarm, quiet, "ALARM"), "the way back").to.equal("OK");
      expect(stateAfter(alarm, []), "without points").to.equal(silent);
    });
  }
}

/** What every alarm and notice has, whichever layer makes it. */
export function testCalls(outcome: () => Promise<Outcome>, readme: string): void {
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);

  it("say what it means, where to look, and the heading of the README with what to do", async () => {
    const { ofType } = await outcome();
    const texts = [
      ...ofType(aws.cloudwatch.MetricAlarm).map(({ inputs }) => inputs.alarmDescription),
      ...ofType(aws.cloudwatch.CompositeAlarm).map(({ inputs }) => inputs.alarmDescription),
      ...ofType(aws.cloudwatch.EventTarget).map(({ inputs }) => inputs.inputTransformer?.inputTemplate),
    ];
    expect(texts).not.to.deep.equal([]);
    for (const text of texts) {
      const [, heading] = /Look first: .+ What to do: ["'](.+)["'] in \w+\/README\.md\./.exec(text ?? "") ?? [];
      expect(headings, text).to.include(heading);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html; 512 of a target's template is plenty.
      expect(text?.length, text).to.be.at.most(1024);
    }
  });

  it("call somebody, themselves or by one alarm that is made of them, and report the end", async () => {
    const { ofType } = await outcome();
    const rules = ofType(aws.cloudwatch.CompositeAlarm).map(({ inputs }) => inputs.alarmRule);
    for (const { inputs } of ofType(aws.cloudwatch.MetricAlarm)) {
      const callers = rules.filter((rule) => rule.includes(`ALARM("${inputs.name}")`)).length;
      expect(callers + (inputs.alarmActions?.length ?? 0), inputs.name).to.equal(1);
      expect(inputs.okActions, inputs.name).to.deep.equal(inputs.alarmActions);
    }
    for (const { inputs } of ofType(aws.cloudwatch.CompositeAlarm)) {
      expect(inputs.alarmActions, inputs.alarmName).to.have.length(1);
      expect(inputs.okActions, inputs.alarmName).to.deep.equal(inputs.alarmActions);
    }
  });

  it("say of missing points what they count for, and look at no more than a day", async () => {
    for (const { inputs } of (await outcome()).ofType(aws.cloudwatch.MetricAlarm)) {
      expect(inputs.treatMissingData, inputs.name).to.be.oneOf(["breaching", "notBreaching", "ignore"]);
      expect((inputs.period ?? 300) * (inputs.evaluationPeriods ?? 1), inputs.name).to.be.at.most(86_400);
    }
  });
}
