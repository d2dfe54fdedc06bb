import type { dynamic } from "@pulumi/pulumi";
import { migrationRefusal } from "./releases";
import { type MigrationInputs, runMigration, triggersDiffer } from "./runner";

type Outputs = MigrationInputs & {
  /** The task that migrated last. */
  taskArn: string;
};

/** What Pulumi calls, in a process of its own, for the migrated database of a stack. */
export function provider(stack: string): dynamic.ResourceProvider<MigrationInputs, Outputs> {
  return {
    // A preview asks this too. The first time, there is nothing before.
    check(before: Partial<MigrationInputs>, inputs: MigrationInputs) {
      const reason = migrationRefusal(before.triggers, inputs.triggers, stack);
      return Promise.resolve({ inputs, failures: reason ? [{ property: "", reason }] : [] });
    },
    async create(inputs) {
      return { id: inputs.family, outs: await migrate(inputs) };
    },
    // Only the triggers count: neither a new revision of the task definition nor a new release of this code migrates again.
    diff(_id, before, now) {
      return Promise.resolve({ changes: triggersDiffer(before.triggers, now.triggers) });
    },
    async update(_id, _before, now) {
      return { outs: await migrate(now) };
    },
  };
}

async function migrate(inputs: MigrationInputs): Promise<Outputs> {
  // Most deployments migrate nothing.
  const { awsCalls } = await import("./calls");
  const clock = {
    now: () => Date.now(),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  return { ...inputs, taskArn: await runMigration(inputs, awsCalls(inputs), clock) };
}
