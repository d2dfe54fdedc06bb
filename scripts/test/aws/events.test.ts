import { answerCalls, awsClients } from "@selfhosted/common";
import { type AwsAnswers, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type EventSources, findEvents, type FoundEvents } from "../../aws/events";

const since = new Date("2026-01-05T10:00:00Z");
const at = (minute: number) => new Date(since.getTime() + minute * 60_000);
const arn = (thing: string) => `arn:aws:ecs:eu-central-1:111122223333:${thing}`;

const sources: EventSources = {
  cluster: "prod",
  services: [{ name: "api", serviceName: "prod-api" }],
  database: "prod-database",
};

const healthy: Partial<AwsAnswers> = {
  "ecs:DescribeServices": () => ({
    services: [
      {
        serviceName: "prod-api",
        events: [
          { createdAt: at(3), message: "has reached a steady state" },
          { createdAt: at(-1), message: "before" },
        ],
      },
    ],
  }),
  "ecs:ListTasks": ({ nextToken }) =>
    nextToken === undefined ? { taskArns: ["1"], nextToken: "more" } : { taskArns: ["2"] },
  "ecs:DescribeTasks": ({ tasks }) => ({
    tasks: [
      String(tasks) === "1"
        ? {
            taskArn: arn("task/prod/1"),
            taskDefinitionArn: arn("task-definition/prod-api:8"),
            group: "service:prod-api",
            stoppedAt: at(1),
            stoppedReason: "Task failed ELB health checks",
            containers: [{ name: "api", exitCode: 137, reason: "OutOfMemoryError" }],
          }
        : {
            taskArn: arn("task/prod/2"),
            taskDefinitionArn: arn("task-definition/prod-migration:3"),
            group: "family:prod-migration",
            stoppedAt: at(4),
            stoppedReason: "Essential container in task exited",
            containers: [{ name: "migration", exitCode: 1 }],
          },
    ],
  }),
  "rds:DescribeDBInstances": () => ({ DBInstances: [{ DBInstanceIdentifier: "prod-database-1" }] }),
  "rds:DescribeEvents": ({ SourceIdentifier }) => ({
    Events: [{ Date: at(2), SourceIdentifier: String(SourceIdentifier), Message: `of ${String(SourceIdentifier)}` }],
  }),
};

describe("the events of an installation", () => {
  afterEach(() => answerCalls(undefined));

  function find(answers: Partial<AwsAnswers> = {}, changed: Partial<EventSources> = {}): Promise<FoundEvents> {
    answerCalls(fakeAws({ ...healthy, ...answers }));
    return findEvents(awsClients({ region: "eu-central-1" }), { ...sources, ...changed }, since);
  }

  it("are those of ECS, of RDS, and the stopped tasks with their reasons, the newest last", async () => {
    const { events, unread } = await find();
    expect(unread).to.deep.equal([]);
    expect(events.map(({ what, message }) => `${what}: ${message}`)).to.deep.equal([
      "api: task 1 of prod-api:8 stopped: Task failed ELB health checks; api: exit code 137 OutOfMemoryError",
      "prod-database: of prod-database",
      "prod-database-1: of prod-database-1",
      "api: has reached a steady state",
      "migration: task 2 of prod-migration:3 stopped: Essential container in task exited; migration: exit code 1",
    ]);
  });

  it("are shown as far as they can be read, with why the rest can't", async () => {
    const denied = Object.assign(new Error("not authorized to perform: rds:DescribeEvents"), {
      name: "AccessDenied",
      $metadata: {},
    });
    const { events, unread } = await find({ "rds:DescribeEvents": () => Promise.reject(denied) });
    expect(events.map(({ what }) => what)).to.deep.equal(["api", "api", "migration"]);
    expect(unread).to.have.lengthOf(1);
    expect(unread[0]).to.match(/the events of RDS.*rds:DescribeEvents/);
  });

  it("are those of the database alone before there is a cluster", async () => {
    const { events } = await find({}, { cluster: undefined, services: [] });
    expect(events.map(({ what }) => what)).to.deep.equal(["prod-database", "prod-database-1"]);
  });

  it("are asked of RDS for 14 days at most, as it refuses more", async () => {
    const asked: Date[] = [];
    answerCalls(
      fakeAws({
        ...healthy,
        "rds:DescribeEvents": ({ StartTime }) => {
          asked.push(StartTime as Date);
          return { Events: [] };
        },
      }),
    );
    await findEvents(awsClients({ region: "eu-central-1" }), sources, new Date(0));
    expect(asked).to.have.lengthOf(2);
    asked.forEach((each) => expect(Date.now() - each.getTime()).to.be.below(14 * 86_400_000));
  });
});
