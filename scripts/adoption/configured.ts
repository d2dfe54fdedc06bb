import { type Layer, projectOf } from "@selfhosted/common";
import { hosts } from "../../application/exports";
import { readConfig } from "../../infrastructure/exports";
import { refusal } from "../init/questions";
import { layers } from "../layers";
import type { Stacks } from "../stacks";
import type { Configured } from "./plan";

/**
 * What is configured of an environment.
 *
 * @throws Error where something is missing or wrong.
 */
export function configuredOf(stacks: Stacks, env: string): Configured & { name: string } {
  const missing = layers.filter((layer) => stacks[layer].configuration === undefined);
  if (missing.length > 0) {
    throw new Error(
      `There is no stack ${env} in ${missing.join(", ")}. To make and configure all: make init ENV=${env}`,
    );
  }
  const { config, problems } = readConfig(stacks.infrastructure.configuration ?? {});
  const errors = problems.filter(({ severity }) => severity !== "warning");
  if (errors.length > 0) {
    throw new Error(refusal(errors, []));
  }
  const text = (layer: Layer, key: string): string | undefined =>
    stacks[layer].configuration?.[`${projectOf(layer)}:${key}`]?.text;
  const subdomain = text("application", "subdomain");
  const { api } = hosts({ domain: text("application", "domain") ?? "", ...(subdomain && { subdomain }) });
  return {
    name: config.name,
    infrastructure: {
      region: config["aws:region"],
      ephemeral: config.ephemeral,
      restoresSnapshot: config.databaseRestoreFromSnapshot !== undefined,
      vpcId: config.vpcId,
      publicSubnetIds: config.publicSubnetIds,
      privateSubnetIds: config.privateSubnetIds,
      isolatedSubnetIds: config.isolatedSubnetIds,
      databasePort: config.databasePort,
      databaseInstanceCount: config.databaseInstanceCount,
      databaseBackupRetentionDays: config.databaseBackupRetentionDays,
      databaseLogExports: config.databaseLogExports,
      logRetentionDays: config.logRetentionDays,
      bucketNoncurrentDays: config.bucketNoncurrentDays,
    },
    application: {
      imageTag: text("application", "imageTag") ?? "",
      apiHost: api,
      keys: Object.keys(stacks.application.configuration ?? {}).map((key) => key.replace(/^.*:/, "")),
    },
  };
}
