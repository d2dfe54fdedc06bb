import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { answerCalls, awsClients } from "@selfhosted/common";
import { fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { describeRoute, endOfLog, logLine, logSource, readLog } from "../../aws/logs";

const region = "eu-central-1";
const toCloudWatch = (group: string) => ({
  logDriver: "awslogs",
  options: { "awslogs-group": group, "awslogs-region": region },
});

const definition = (...containers: object[]) => ({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  outputs: { containerDefinitions: JSON.stringify(containers) },
});

describe("the log of a container", () => {
  it("is in the group that its task definition names", () => {
    const resources = [
      definition({ name: "console", logConfiguration: toCloudWatch("prod-console") }),
      { ...definition({ name: "api", logConfiguration: toCloudWatch("prod-api-replaced") }), delete: true },
      definition({ name: "api", logConfiguration: toCloudWatch("prod-api") }),
    ];
    expect(logSource("api", resources)).to.deep.equal({ group: "prod-api", region });
    expect(logSource("jobs", resources)).to.equal(undefined);
    expect(logSource("api", [])).to.equal(undefined);
  });

  it("goes where the log router sends it, whose own log is in CloudWatch", () => {
    const options = { Host: "logs.example.com", Name: "http" };
    const routed = definition(
      { name: "api", logConfiguration: { logDriver: "awsfirelens", options } },
      { name: "log-router", logConfiguration: toCloudWatch("prod-api") },
    );
    expect(logSource("api", [routed])).to.deep.equal({ group: "prod-api", region, routedBy: options });
    expect(describeRoute(options)).to.equal("the output http, Host=logs.example.com");
  });

  it("is a line for each event, which can't steer the terminal", () => {
    const line = logLine({
      timestamp: Date.UTC(2026, 0, 5, 10),
      logStreamName: "api/api/0123456789abcdef",
      message: "\u001b[31mred\u001b[0m\u0007\u009b2J\ttab\r\n",
    });
    expect(line).to.equal("2026-01-05T10:00:00.000Z 01234567 red\ttab");
  });
});

describe("reading a log", () => {
  afterEach(() => answerCalls(undefined));

  const event = (eventId: string, timestamp: number) => ({ eventId, timestamp, logStreamName: "api/api/1" });

  /** What is asked for, and in each answer the pages of one look. */
  function account(...looks: object[][][]): { logs: CloudWatchLogs; asked: unknown[] } {
    const asked: unknown[] = [];
    const pages = looks.flatMap((look) =>
      look.map((events, index) => ({ events, nextToken: index + 1 < look.length ? "more" : undefined })),
    );
    answerCalls(
      fakeAws({
        "logs:FilterLogEvents": ({ startTime }) => {
          asked.push(startTime);
          return pages.shift() ?? { events: [] };
        },
      }),
    );
    return { logs: awsClients({ region }).logs, asked };
  }

  it("gives all pages since a moment, and ends", async () => {
    const { logs, asked } = account([[event("1", 50_000)], [event("2", 51_000)]]);
    const found: unknown[] = [];
    for await (const { eventId } of readLog(logs, "prod-api", new Date(40_000))) {
      found.push(eventId);
    }
    expect(found).to.deep.equal(["1", "2"]);
    expect(asked).to.deep.equal([40_000, 40_000]);
  });

  it("that is followed asks again, gives each event once, and those that come late too", async () => {
    const { logs, asked } = account(
      [[event("1", 50_000), event("2", 70_000)]],
      [[event("late", 65_000), event("2", 70_000)]],
      [[event("3", 90_000)]],
    );
    const found: unknown[] = [];
    for await (const { eventId } of readLog(logs, "prod-api", new Date(40_000), { follow: true, pauseMs: 1 })) {
      found.push(eventId);
      if (eventId === "3") {
        break;
      }
    }
    expect(found).to.deep.equal(["1", "2", "late", "3"]);
    expect(asked).to.deep.equal([40_000, 60_000, 60_000]);
  });

  it("from its end looks back further as long as it finds little, and no further", async () => {
    const many = Array.from({ length: 200 }, (_, index) => event(String(index), index));
    const { logs, asked } = account([[event("1", 1)]], [many], [[event("old", 0)]]);
    expect(await endOfLog(logs, "prod-api")).to.have.lengthOf(200);
    expect(asked).to.have.lengthOf(2);
    expect(Number(asked[0]) - Number(asked[1])).to.be.within(2_999_000, 3_001_000);
  });

  it("from its end keeps the last lines that fit, and looks two weeks back at most", async () => {
    const looks = Array.from({ length: 4 }, () => [[event("1", 1000), event("2", 2000), event("3", 3000)]]);
    const { logs, asked } = account(...looks);
    const lines = await endOfLog(logs, "prod-api", 70);
    expect(lines.map((line) => line.slice(17, 19))).to.deep.equal(["02", "03"]);
    expect(asked).to.have.lengthOf(4);
  });
});
