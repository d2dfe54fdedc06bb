import * as pulumi from "@pulumi/pulumi";
import type { MigrationInputs } from "./runner";

/** The database, migrated: created or updated once the migration has succeeded. What needs the new schema depends on it. */
export class MigratedDatabase extends pulumi.CustomResource {
  declare readonly taskArn: pulumi.Output<string>;

  constructor(
    name: string,
    inputs: { [K in keyof MigrationInputs]: pulumi.Input<MigrationInputs[K]> },
    opts: pulumi.CustomResourceOptions,
  ) {
    const properties = { ...inputs, taskArn: undefined, __provider: providerText(pulumi.getStack()) };
    super("pulumi-nodejs:dynamic:Resource", name, properties, opts);
  }
}

/**
 * A dynamic resource, of the type and with the property that `pulumi.dynamic.Resource` would give it. That one has the SDK make text
 * of all functions behind the provider, for which each program would load the TypeScript compiler. This text names the file; the
 * state keeps it, and a later program reads it, so the names in it stay.
 */
function providerText(stack: string): string {
  return `require("@selfhosted/common/register");
exports.handler = () => require("@selfhosted/application/migration/provider").provider(${JSON.stringify(stack)});
`;
}
