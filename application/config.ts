import { infrastructureContract, known, readConfig, readLayer, refuse } from "@selfhosted/common";
import * as pulumi from "@pulumi/pulumi";
import { problemsOf } from "./rules";
import type { Inputs } from "./rules/rule";
import { settings } from "./settings";

/**
 * Reads this layer's configuration and the infrastructure layer's outputs, and checks that they fit together.
 *
 * @throws UserError that lists every problem, each with its remedy.
 */
export async function readInputs(): Promise<Inputs> {
  const config = readConfig(settings);
  const upstream = await known(pulumi.output(readLayer(infrastructureContract, config.infrastructureStack)));
  const inputs = { config, upstream };
  refuse(problemsOf(inputs));
  if (config.agGridLicenseKey === undefined) {
    await pulumi.log.warn(
      "agGridLicenseKey is not set: the console's data grid shows a watermark. The vendor gives the key.",
    );
  }
  return inputs;
}
