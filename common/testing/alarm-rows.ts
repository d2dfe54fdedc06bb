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

/** Each alarm of the outcome with this prefix in its name has a row, by the name's end behind that, fires by it, and comes back. */
export function testAlarms(outcome: () => Promise<Outcome>, prefix: string, rows: Record<string, Row>): void {
  const alarms = async () => {
    const found = (await outcome()).ofType(aws.cloudwatch.MetricAlarm).filter(({ name }) => name.includes(prefix));
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
      expect(stateAfter(alarm, quiet, "ALARM"), "and back").to.equal("OK");
      expect(stateAfter(alarm, []), "without points").to.equal(silent);
    });
  }
}

/** What those read who are called, by each alarm and notice. */
export function textsOfCalls({ ofType }: Outcome): string[] {
  const texts = [
    ...ofType(aws.cloudwatch.MetricAlarm).map(({ inputs }) => inputs.alarmDescription),
    ...ofType(aws.cloudwatch.CompositeAlarm).map(({ inputs }) => inputs.alarmDescription),
    ...ofType(aws.cloudwatch.EventTarget).map(
      ({ inputs }) => JSON.parse(inputs.inputTransformer?.inputTemplate ?? "") as string,
    ),
  ];
  return texts.map((text = "") => text);
}

/** What every alarm and notice has, whichever layer makes it. */
export function testCalls(outcome: () => Promise<Outcome>): void {
  it("say what it means, where to look, and where it says what to do", async () => {
    const texts = textsOfCalls(await outcome());
    expect(texts).not.to.deep.equal([]);
    for (const text of texts) {
      expect(text).to.match(/^\S.+\. Look first: \S.+\. What to do: \S+$/);
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
