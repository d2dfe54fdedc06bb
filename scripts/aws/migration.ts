import type { ECS, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import { type ApplicationOutputs, type AwsClients, awsClients } from "@selfhosted/common";
import { migrationTasks, tagOf, watchCommand } from "../../application/operations";
import { runsImage } from "../release/running-versions";
import { type CheckResult, checkResult, type StatusRow } from "../report";
import { checkImage, shortName } from "./services";

/** The migration of the release as ECS describes it. */
interface DescribedMigration {
  taskDefinition: TaskDefinition;
  /** Those that ECS still lists, which it does for about an hour. */
  runs: Task[];
}

export async function describeMigration(ecs: ECS, application: ApplicationOutputs): Promise<DescribedMigration> {
  const { taskDefinitionArn } = application.migration;
  const { taskDefinition = {} } = await ecs.describeTaskDefinition({ taskDefinition: taskDefinitionArn });
  const tasks = await migrationRuns(application, { ecs });
  return { taskDefinition, runs: tasks.filter((task) => task.taskDefinitionArn === taskDefinitionArn) };
}

/**
 * The migration of the release ran and succeeded. The services are only rolled after it, so that its task definition says which
 * release the database has.
 */
export function checkMigration(
  { image, logGroup }: ApplicationOutputs["migration"],
  { taskDefinition, runs }: DescribedMigration,
): CheckResult[] {
  const [last] = [...runs].sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
  const exitCode = last?.containers?.[0]?.exitCode;
  const detail = [last?.lastStatus, `exit code ${exitCode ?? "none"}`, last?.stoppedReason].filter(Boolean).join(", ");
  return [
    checkImage("migration image", taskDefinition, image),
    checkResult(
      "migration run",
      last === undefined || (last.lastStatus === "STOPPED" && exitCode === 0),
      last === undefined ? "no longer listed: ECS forgets a task an hour after its end" : detail,
      `read log group ${logGroup}, remove the cause, and \`make deploy\``,
    ),
  ];
}

/** The runs of the migration that ECS still lists, which it does for about an hour. */
export function migrationRuns(
  { clusterName, migration, installation }: ApplicationOutputs,
  { ecs }: Pick<AwsClients, "ecs"> = awsClients({ region: installation.region }),
): Promise<Task[]> {
  const [family = ""] = shortName(migration.taskDefinitionArn).split(":");
  return migrationTasks(ecs, clusterName, family);
}

/** ARNs of the migrations that haven't ended. */
export async function migrationsInProgress(application: ApplicationOutputs): Promise<string[]> {
  const tasks = await migrationRuns(application);
  return tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED").flatMap(({ taskArn }) => taskArn ?? []);
}

/** Whether a migration with this image has succeeded, as far as ECS still lists it. */
export async function hasMigratedWith(application: ApplicationOutputs, image: string): Promise<boolean> {
  const runs = await migrationRuns(application);
  return runs.some(({ containers = [] }) =>
    containers.some((container) => container.exitCode === 0 && runsImage(container.image ?? "", image)),
  );
}

/** @throws Error while a migration is in progress: until its end it isn't known what the database is. */
export async function refuseDuringMigration(application: ApplicationOutputs): Promise<void> {
  const running = await migrationsInProgress(application);
  if (running.length > 0) {
    throw new Error(
      `A migration is in progress: task ${running.join(", ")}. Nothing was changed. Wait until it has ended, and run this again: ` +
        watchMigration(application),
    );
  }
}

/** The command that shows what a migration writes. */
export function watchMigration({ migration: { logGroup }, installation: { region } }: ApplicationOutputs): string {
  return watchCommand({ logGroup, region });
}

/** The release that the database was migrated for, which after a rollback is a later one than the services run. */
export function migrationRow({ image, taskArn }: { image: string; taskArn: string }): StatusRow {
  return { what: "migration", where: shortName(taskArn), version: tagOf(image) ?? image, state: "done" };
}
