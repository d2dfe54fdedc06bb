import { expect } from "chai";
import {
  identity,
  type MigrationCalls,
  type MigrationInputs,
  type MigrationTask,
  runMigration,
} from "../../migration/runner";

const inputs: MigrationInputs = {
  region: "eu-central-1",
  cluster: "pulumi-test-cluster",
  taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/pulumi-test-migration:7",
  family: "pulumi-test-migration",
  container: "migration",
  subnetIds: ["subnet-a"],
  securityGroupId: "sg-1",
  logGroup: "pulumi-test-migration-logs",
  timeoutMinutes: 60,
  triggers: { image: "migrations:2", databaseCluster: "pulumi-test-database" },
};

function task(changes: Partial<MigrationTask> = {}): MigrationTask {
  return {
    arn: "arn:aws:ecs:eu-central-1:111122223333:task/cluster/1",
    startedBy: identity(inputs.triggers),
    status: "PENDING",
    ...changes,
  };
}

const done = task({ status: "STOPPED", exitCode: 0, reason: "Essential container in task exited" });

/** ECS that plays these states of each started task, one each time that it is asked. */
class Ecs implements MigrationCalls {
  started: string[] = [];
  tokens: string[] = [];
  reads = 0;
  /** What it says against a start, each time that it refuses one. */
  refusals: string[] = [];

  constructor(
    private readonly lives: (MigrationTask | undefined)[][],
    private readonly already: MigrationTask[] = [],
    private readonly log: string[] | Error = [],
  ) {}

  runs(): Promise<MigrationTask[]> {
    return Promise.resolve(this.already);
  }
  start(startedBy: string, token: string): Promise<MigrationTask> {
    this.tokens.push(token);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      return Promise.reject(new Error(refusal));
    }
    this.started.push(startedBy);
    return Promise.resolve(task());
  }
  run(): Promise<MigrationTask | undefined> {
    this.reads++;
    const life = this.lives[Math.max(0, this.started.length - 1)] ?? [];
    return Promise.resolve(life.length > 1 ? life.shift() : life[0]);
  }
  logTail(): Promise<string[]> {
    return this.log instanceof Error ? Promise.reject(this.log) : Promise.resolve(this.log);
  }
}

class FakeClock {
  time = 0;
  now = (): number => this.time;
  sleep = (milliseconds: number): Promise<void> => {
    this.time += milliseconds;
    return Promise.resolve();
  };
}

async function failure(ecs: Ecs, clock = new FakeClock(), changes: Partial<MigrationInputs> = {}): Promise<string> {
  try {
    await runMigration({ ...inputs, ...changes }, ecs, clock);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the migration succeeded");
}

describe("migration run", () => {
  it("waits for the end and returns the task", async () => {
    const ecs = new Ecs([[undefined, task(), task({ status: "RUNNING" }), task({ status: "DEPROVISIONING" }), done]]);
    expect(await runMigration(inputs, ecs, new FakeClock())).to.equal(done.arn);
    expect(ecs.started).to.have.length(1);
  });

  it("accepts a task that has stopped when it is first asked for", async () => {
    const ecs = new Ecs([[done]]);
    expect(await runMigration(inputs, ecs, new FakeClock())).to.equal(done.arn);
    expect(ecs.reads).to.equal(1);
  });

  for (const status of ["PENDING", "RUNNING", "DEPROVISIONING"]) {
    it(`refuses while another migration is ${status}`, async () => {
      const ecs = new Ecs(
        [[done]],
        [done, task({ arn: "arn:other", startedBy: "migration-of-another-release", status })],
      );
      const message = await failure(ecs);
      expect(message).to.include(
        `Another migration is ${status}: task arn:other, started by migration-of-another-release`,
      );
      expect(message).to.include("aws logs tail pulumi-test-migration-logs --region eu-central-1");
      expect(ecs.started).to.have.length(0);
    });
  }

  it("refuses while one is in progress that somebody started by hand", async () => {
    const ecs = new Ecs([[done]], [task({ startedBy: "", status: "RUNNING" })]);
    expect(await failure(ecs)).to.include("started by someone else");
  });

  it("waits for the very same migration, which a killed deployment left behind, and starts no second one", async () => {
    const ecs = new Ecs([[task({ status: "RUNNING" }), done]], [task({ status: "RUNNING" })]);
    expect(await runMigration(inputs, ecs, new FakeClock())).to.equal(done.arn);
    expect(ecs.started).to.have.length(0);
  });

  it("starts anew where the same migration has ended before", async () => {
    const ecs = new Ecs([[done]], [task({ status: "STOPPED", exitCode: 1 })]);
    await runMigration(inputs, ecs, new FakeClock());
    expect(ecs.started).to.deep.equal([identity(inputs.triggers)]);
  });

  it("reports exit code, reason and the last lines of the log", async () => {
    const log = ["applying 0214", "ERROR ALGORITHM=INPLACE is not supported"];
    const ecs = new Ecs(
      [[task({ status: "STOPPED", exitCode: 1, reason: "Essential container in task exited" })]],
      [],
      log,
    );
    const message = await failure(ecs);
    expect(message)
      .to.include("exit code 1 (Essential container in task exited)")
      .and.to.include("No service was changed");
    expect(message).to.include("  ERROR ALGORITHM=INPLACE is not supported");
    expect(message).to.not.include("dirty");
  });

  it("still reports the failure where the log can't be read", async () => {
    const denied = new Error("User is not authorized\nto perform: logs:GetLogEvents");
    const message = await failure(new Ecs([[task({ status: "STOPPED", exitCode: 1 })]], [], denied));
    expect(message.split("\n")).to.deep.equal([
      `The migration failed: its container ended with exit code 1. Task ${task().arn}. No service was changed.`,
      "Its log could not be read: User is not authorized to perform: logs:GetLogEvents",
      "More: aws logs tail pulumi-test-migration-logs --region eu-central-1 --since 2h --follow",
    ]);
  });

  it("knows a dirty database, and what it means", async () => {
    const log = ["error: Dirty database version 214. Fix and force version."];
    const message = await failure(new Ecs([[task({ status: "STOPPED", exitCode: 1 })]], [], log));
    expect(message).to.match(/stopped half-way in version 214\. Running it again doesn't help\. Restore the snapshot/);
  });

  it("distinguishes a container that never started from one that failed", async () => {
    const reason = "CannotPullContainerError: manifest not found";
    const ecs = new Ecs([[task({ status: "STOPPED", reason })]]);
    expect(await failure(ecs)).to.include("its container never started (CannotPullContainerError: manifest not found)");
    expect(ecs.started).to.have.length(1);
  });

  it("starts again where AWS doesn't know the new role everywhere yet", async () => {
    const early = task({ status: "STOPPED", reason: "ECS was unable to assume the role" });
    const ecs = new Ecs([[early], [done]]);
    expect(await runMigration(inputs, ecs, new FakeClock())).to.equal(done.arn);
    expect(ecs.started).to.have.length(2);
  });

  for (const refusal of [
    "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/pulumi-test' that was provided for this task.",
    "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
    "ECS didn't start the migration: Capacity is unavailable at this time. Please try again later or in a different availability zone.",
  ]) {
    it(`tries again where ECS refuses the start: ${refusal.slice(0, 45)}…`, async () => {
      const ecs = new Ecs([[done]]);
      ecs.refusals = [refusal, refusal, refusal];
      expect(await runMigration(inputs, ecs, new FakeClock())).to.equal(done.arn);
      expect(ecs.started).to.have.length(1);
    });
  }

  it("asks for each start with a token of its own, so that no repeated call starts two", async () => {
    const ecs = new Ecs([[done]]);
    ecs.refusals = Array<string>(2).fill("Capacity is unavailable at this time");
    await runMigration(inputs, ecs, new FakeClock());
    expect(new Set(ecs.tokens).size).to.equal(3);
    for (const token of ecs.tokens) {
      expect(token).to.match(/^[!-~]{1,64}$/);
    }
  });

  it("tries for two minutes, then says what ECS said", async () => {
    const [ecs, clock] = [new Ecs([[done]]), new FakeClock()];
    ecs.refusals = Array<string>(1000).fill("ECS was unable to assume the role");
    expect(await failure(ecs, clock)).to.equal("ECS was unable to assume the role");
    expect(clock.time).to.be.within(120_000, 125_000);
    expect(ecs.started).to.have.length(0);
  });

  it("tries only once where the refusal won't pass", async () => {
    const ecs = new Ecs([[done]]);
    ecs.refusals = ["User is not authorized to perform: ecs:RunTask"];
    expect(await failure(ecs)).to.equal("User is not authorized to perform: ecs:RunTask");
    expect(ecs.tokens).to.have.length(1);
  });

  it("gives up starting after the third time", async () => {
    const early = task({ status: "STOPPED", reason: "ResourceInitializationError: unable to pull secrets" });
    const ecs = new Ecs([[early], [early], [early]]);
    expect(await failure(ecs)).to.include("its container never started");
    expect(ecs.started).to.have.length(3);
  });

  it("never runs a container twice that ended with an error", async () => {
    const ecs = new Ecs([
      [task({ status: "STOPPED", exitCode: 1, reason: "ECS was unable to assume the role" })],
      [done],
    ]);
    await failure(ecs);
    expect(ecs.started).to.have.length(1);
  });

  it("reports at the ceiling, and leaves the task alone", async () => {
    const clock = new FakeClock();
    const message = await failure(new Ecs([[task({ status: "RUNNING" })]]), clock, { timeoutMinutes: 90 });
    expect(message).to.include("still RUNNING after 90 minutes").and.to.include("It was left alone");
    expect(clock.time).to.be.within(90 * 60_000, 90 * 60_000 + 5_000);
  });

  it("asks often at first, then every five seconds", async () => {
    const clock = new FakeClock();
    const ecs = new Ecs([[task({ status: "RUNNING" })]]);
    await failure(ecs, clock, { timeoutMinutes: 10 });
    expect(ecs.reads).to.equal(30 + (600 - 30) / 5 + 1);
  });
});
