import * as pulumi from "@pulumi/pulumi";
import { awsCalls } from "./calls";
import { migrationRefusal } from "./releases";
import { type MigrationInputs, runMigration, triggersDiffer } from "./runner";

type Outputs = MigrationInputs & {
  /** The task that migrated last. */
  taskArn: string;
};

// Pulumi stores this provider as text, with all the functions that it reaches, and runs it in a process of its own: so everything
// behind it is plain functions, and packages that can be required by name.
function provider(stack: string): pulumi.dynamic.ResourceProvider<MigrationInputs, Outputs> {
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

const providers = new Map<string, ReturnType<typeof provider>>();

/** The provider of a stack. One object, because Pulumi takes a while to make text of it, and remembers that. */
function providerOf(stack: string): ReturnType<typeof provider> {
  const made = providers.get(stack) ?? provider(stack);
  providers.set(stack, made);
  return made;
}

async function migrate(inputs: MigrationInputs): Promise<Outputs> {
  const clock = {
    now: () => Date.now(),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  return { ...inputs, taskArn: await runMigration(inputs, awsCalls(inputs), clock) };
}

/** The database, migrated: created or updated once the migration has succeeded. What needs the new schema depends on it. */
export class MigratedDatabase extends pulumi.dynamic.Resource {
  declare readonly taskArn: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: { [K in keyof MigrationInputs]: pulumi.Input<MigrationInputs[K]> },
    opts: pulumi.CustomResourceOptions,
  ) {
    super(providerOf(pulumi.getStack()), name, { ...inputs, taskArn: undefined }, opts);
  }
}
