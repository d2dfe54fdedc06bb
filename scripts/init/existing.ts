import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { layers } from "../layers";
import { readStackState } from "../pulumi/stacks";
import { repository } from "../repository";

/** What there is of an environment already. */
export interface Existing {
  /** Files with a configuration, as a path from the top of the checkout. */
  files: string[];
  /** Layers that have a stack, which is empty. */
  stacks: Layer[];
}

/**
 * Looks for files and stacks of the environment.
 *
 * @throws Error where a stack holds something, or has no file here.
 */
export async function findExisting(name: string, stack: string): Promise<Existing> {
  const fileOf = (layer: Layer): string => `${layer}/Pulumi.${stack}.yaml`;
  const hasFile = (layer: Layer): boolean => existsSync(join(repository, fileOf(layer)));
  const found = await Promise.all(
    layers.map(async (layer) => {
      const { outputs, resources } = await readStackState(layer, name);
      return { layer, exists: outputs !== undefined, resources: resources.length };
    }),
  );
  const holding = found.filter(({ resources }) => resources > 0);
  if (holding.length > 0) {
    const each = holding.map(({ layer, resources }) => `${layer} holds ${resources} resources`).join(", ");
    throw new Error(
      `${name} is deployed: ${each}. init only begins an environment; change a setting in its layer's folder with \`pulumi config set\`.`,
    );
  }
  const stacks = found.filter(({ exists }) => exists).map(({ layer }) => layer);
  const stray = stacks.filter((layer) => !hasFile(layer));
  if (stray.length > 0) {
    const each = stray.map((layer) => `  cd ${layer} && pulumi stack rm ${name}`).join("\n");
    throw new Error(
      `${name} has a stack already in ${stray.join(", ")}, without a file here: take ${stray.map(fileOf).join(", ")} from where ` +
        `the environment was made; or remove the stack, which is empty:\n${each}`,
    );
  }
  return { files: layers.filter(hasFile).map(fileOf), stacks };
}
