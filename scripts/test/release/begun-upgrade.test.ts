import {
  answerCalls,
  applicationContract,
  type ApplicationOutputs,
  infrastructureContract,
  type InfrastructureOutputs,
} from "@selfhosted/common";
import { type AwsAnswers, exampleOutputs, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { hasMigratedWith } from "../../aws/migration";
import { hasRunSince } from "../../release/schema-history";
import { snapshotBefore } from "../../release/snapshot";

const application = exampleOutputs<ApplicationOutputs>(applicationContract, "aws");
const infrastructure = exampleOutputs<InfrastructureOutputs>(infrastructureContract, "aws");
const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/migrations:20260105-317-signed";
const takenAt = new Date("2026-01-05T10:00:00Z");
const upgrade = { from: "20251103-204-signed", to: "20260105-317-signed", database: "20251103-204-signed" };

/** What ECS lists, and what is in the log of the migration. */
function account(runs: object[], lines: string[] = []): Partial<AwsAnswers> {
  return {
    "ecs:ListTasks": ({ desiredStatus }) => ({ taskArns: desiredStatus === "STOPPED" ? runs.map(() => "arn") : [] }),
    "ecs:DescribeTasks": () => ({ tasks: runs }),
    "logs:DescribeLogGroups": () => ({ logGroups: [] }),
    "logs:FilterLogEvents": () => ({
      events: lines.map((message) => ({ logStreamName: "migration/migration/1", timestamp: 0, message })),
    }),
  };
}

describe("an upgrade that was begun before", () => {
  afterEach(() => answerCalls(undefined));

  const run = (exitCode: number | undefined, of = image): object => ({
    containers: [{ image: `${of}@sha256:${"0".repeat(64)}`, exitCode }],
  });

  it("has migrated the database where ECS lists a run of that image that succeeded", async () => {
    for (const [runs, expected] of [
      [[run(1), run(0)], true],
      [[run(1)], false],
      [[run(undefined)], false],
      [[run(0, image.replace("317", "204"))], false],
      [[], false],
    ] as const) {
      answerCalls(fakeAws(account([...runs])));
      expect(await hasMigratedWith(application, image)).to.equal(expected);
    }
  });

  it("has begun to migrate where ECS lists a later run, or the log has one that changed something", async () => {
    const at = (hour: number): object => ({ createdAt: new Date(Date.UTC(2026, 0, 5, hour)) });
    for (const [runs, lines, expected] of [
      [[at(9), at(11)], [], true],
      [[at(9)], [], false],
      [[], ["214/u add_index (12.3ms)"], true],
      [[], ["no change"], false],
      [[], [], false],
    ] as const) {
      answerCalls(fakeAws(account([...runs], [...lines])));
      expect(await hasRunSince(application, takenAt)).to.equal(expected);
    }
  });

  /** The snapshots that are taken where there is one of that upgrade, and a migration has or hasn't run since. */
  async function taken(hasRun: boolean, changed: Partial<typeof upgrade> = {}): Promise<unknown[]> {
    const identifiers: unknown[] = [];
    const tags = Object.entries({ ...upgrade, ...changed }).map(([key, Value]) => ({ Key: `upgrade-${key}`, Value }));
    answerCalls(
      fakeAws({
        "rds:DescribeDBClusters": () => ({ DBClusters: [] }),
        "rds:CreateDBClusterSnapshot": ({ DBClusterSnapshotIdentifier }) => {
          identifiers.push(DBClusterSnapshotIdentifier);
          return {};
        },
        "rds:DescribeDBClusterSnapshots": () => ({
          DBClusterSnapshots: [
            { DBClusterSnapshotIdentifier: "first", SnapshotCreateTime: takenAt, Status: "available", TagList: tags },
          ],
        }),
      }),
    );
    await snapshotBefore(infrastructure, upgrade, (moment) => {
      expect(moment).to.equal(takenAt);
      return Promise.resolve(hasRun);
    });
    return identifiers;
  }

  it("takes no second snapshot once its migration has run, since that would be of neither release", async () => {
    expect(await taken(true)).to.deep.equal([]);
    expect(await taken(false)).to.have.lengthOf(1);
    expect(await taken(true, { to: "20251201-250-signed" }), "of another upgrade").to.have.lengthOf(1);
  });
});
