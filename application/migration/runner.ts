import { createHash, randomUUID } from "node:crypto";
import { watchCommand } from "./tasks";

/** What a run of the migration needs. All of it is plain: it goes into the stack's state. */
export interface MigrationInputs {
  region: string;
  cluster: string;
  taskDefinitionArn: string;
  /** Family of the task definition: all runs of this installation's migration carry it. */
  family: string;
  container: string;
  subnetIds: string[];
  securityGroupId: string;
  logGroup: string;
  timeoutMinutes: number;
  /** What a migration depends on. It runs again when one of these changes. */
  triggers: Record<string, string>;
}

/** A run of the migration's task, as ECS describes it. */
export interface MigrationTask {
  arn: string;
  /** Who started it; empty where ECS doesn't know. */
  startedBy: string;
  /** PENDING, RUNNING, STOPPED and the states between. */
  status: string;
  /** Undefined while it runs, and where its container never started. */
  exitCode?: number;
  /** Why it stopped, as ECS says. */
  reason?: string;
}

/** What a migration asks of AWS. */
export interface MigrationCalls {
  /** Runs of the family that ECS still knows, stopped ones for about an hour. */
  runs(): Promise<MigrationTask[]>;
  /**
   * Starts a run, or rejects with what ECS says against it.
   *
   * @param token names the call: made twice with the same token, it starts one run.
   */
  start(startedBy: string, token: string): Promise<MigrationTask>;
  /** One run; undefined while ECS doesn't show it yet. */
  run(arn: string): Promise<MigrationTask | undefined>;
  /** The last lines of a run's log. */
  logTail(taskArn: string): Promise<string[]>;
}

export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const stopped = "STOPPED";

/** Starts that ECS may fail, for want of a role or key that isn't known everywhere yet, before the migration counts as failed. */
const startAttempts = 3;
const startPauseMilliseconds = 15_000;

/**
 * How long ECS may refuse a start for such a reason, and the pause between two tries. AWS's provider, too, waits two minutes for a
 * role: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go
 */
const refusalMilliseconds = 120_000;
const refusalPauseMilliseconds = 5_000;

/**
 * Runs the migration once, alone, to its end.
 *
 * A run of exactly this migration that is in progress already, because the program that started it was killed, is waited for.
 *
 * @returns the ARN of the task that succeeded.
 * @throws Error when another migration is in progress, when this one fails, and when it takes longer than allowed. A task that is
 *   running is never stopped: that would leave the database half migrated.
 */
export async function runMigration(inputs: MigrationInputs, calls: MigrationCalls, clock: Clock): Promise<string> {
  const startedBy = identity(inputs.triggers);
  const inProgress = (await calls.runs()).filter((task) => task.status !== stopped);
  const other = inProgress.find((task) => task.startedBy !== startedBy) ?? inProgress[1];
  if (other !== undefined) {
    throw new Error(
      `Another migration is ${other.status}: task ${other.arn}, started by ${other.startedBy || "someone else"}. ` +
        `Two at once would spoil the database. Wait until it has ended (${watchCommand(inputs)}), then run this again.`,
    );
  }

  for (let attempt = 1; ; attempt++) {
    const task = inProgress.pop() ?? (await start(startedBy, calls, clock));
    const ended = await untilStopped(task, inputs, calls, clock);
    if (ended.exitCode === 0) {
      return ended.arn;
    }
    if (ended.exitCode !== undefined || attempt === startAttempts || !mayPass(ended.reason)) {
      throw new Error(await failure(ended, inputs, calls));
    }
    await clock.sleep(startPauseMilliseconds);
  }
}

/** Whether the migration has to run, by the triggers of the last successful run. */
export function triggersDiffer(before: Record<string, string> | undefined, now: Record<string, string>): boolean {
  return before === undefined || canonical(before) !== canonical(now);
}

/** Names a migration by what it depends on, so that a later program recognises a run of the same. */
export function identity(triggers: Record<string, string>): string {
  return `migration-${createHash("sha256").update(canonical(triggers)).digest("hex").slice(0, 16)}`;
}

function canonical(triggers: Record<string, string>): string {
  return JSON.stringify(Object.entries(triggers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Starts a run. Seconds after roles and cluster were made, ECS may not know them yet and refuse. */
async function start(startedBy: string, calls: MigrationCalls, clock: Clock): Promise<MigrationTask> {
  const deadline = clock.now() + refusalMilliseconds;
  for (;;) {
    try {
      return await calls.start(startedBy, randomUUID());
    } catch (error) {
      if (clock.now() >= deadline || !(error instanceof Error && mayPass(error.message))) {
        throw error;
      }
    }
    await clock.sleep(refusalPauseMilliseconds);
  }
}

/** Waits for the end. A task may have stopped before the first call: with nothing to do it takes less than a second. */
async function untilStopped(
  task: MigrationTask,
  inputs: MigrationInputs,
  calls: MigrationCalls,
  clock: Clock,
): Promise<MigrationTask> {
  const started = clock.now();
  for (;;) {
    const seen = await calls.run(task.arn);
    if (seen?.status === stopped) {
      return seen;
    }
    const waited = clock.now() - started;
    if (waited >= inputs.timeoutMinutes * 60_000) {
      throw new Error(
        `The migration is still ${seen?.status ?? "starting"} after ${inputs.timeoutMinutes} minutes: task ${task.arn}. ` +
          "It was left alone, because a migration that is stopped half-way leaves the database dirty; no service was changed. " +
          `Watch it (${watchCommand(inputs)}) and run this again: it goes on from there. ` +
          "To wait longer: pulumi config set migrationTimeoutMinutes <minutes>.",
      );
    }
    await clock.sleep(waited < 30_000 ? 1_000 : 5_000);
  }
}

/** Failures to start that go away by themselves within a minute or two. */
function mayPass(reason = ""): boolean {
  return /unable to assume the (service[- ]linked )?role|ResourceInitializationError|Capacity is unavailable/i.test(
    reason,
  );
}

async function failure(task: MigrationTask, inputs: MigrationInputs, calls: MigrationCalls): Promise<string> {
  const log = await lastLines(task, calls);
  const dirty = /dirty database version (\d+)/i.exec(log.join("\n"));
  const what =
    task.exitCode === undefined ? "its container never started" : `its container ended with exit code ${task.exitCode}`;
  return [
    `The migration failed: ${what}${task.reason ? ` (${task.reason})` : ""}. Task ${task.arn}. No service was changed.`,
    ...(dirty
      ? [
          `The database is dirty: an earlier migration stopped half-way in version ${dirty[1]}. Running it again doesn't help. ` +
            "Restore the snapshot from before the upgrade, or have the vendor's support repair and force the version.",
        ]
      : []),
    ...log,
    `More: ${watchCommand(inputs)}`,
  ].join("\n");
}

/** The last lines of a run's log. A log that can't be read must not hide that the migration failed. */
async function lastLines(task: MigrationTask, calls: MigrationCalls): Promise<string[]> {
  try {
    const lines = await calls.logTail(task.arn);
    return lines.length > 0
      ? ["The last lines of its log:", ...lines.map((line) => `  ${line}`)]
      : ["It wrote no log."];
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
    return [`Its log could not be read: ${why}`];
  }
}
