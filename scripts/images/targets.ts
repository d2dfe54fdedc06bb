import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Location, projectOf } from "@selfhosted/common";
import { parse } from "yaml";
import {
  type EcrImage,
  type ImageConfig,
  type Kind,
  kinds,
  parseImage,
  references,
} from "../../application/operations";
import { repository } from "../repository";

/** Settings of the application layer that say where its images are, and for which CPU. */
export type ImageSettings = Partial<ImageConfig> & { cpuArchitecture?: string };

/** Where an image of the release goes. */
export interface Target {
  kind: Kind;
  image: EcrImage & { tag: string };
  /** The digest that the configuration holds it to. */
  pinned?: string;
}

/** The settings of an environment; undefined where it isn't configured yet. They are read without Pulumi, as none of them is secret. */
export function readSettings(stack: string, folder = repository): ImageSettings | undefined {
  const file = join(folder, "application", `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    return undefined;
  }
  const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const prefix = `${projectOf("application")}:`;
  const own = Object.entries(config ?? {}).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), scalar(value)]));
}

/** As Pulumi reads it, which keeps all but secrets as text. */
function scalar(value: unknown): string | boolean | undefined {
  const text =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
  return text === "true" ? true : text;
}

/**
 * The places in ECR of a release's images.
 *
 * @returns what has no place there too: an image of another registry, which somebody else puts there.
 */
export function targetsOf(
  settings: ImageSettings,
  tag: string,
  home: Location,
): { targets: Target[]; elsewhere: string[] } {
  // A digest belongs to the release that is configured; so does the release that the database keeps to after a rollback.
  const { apiImageDigest: api, consoleImageDigest: console, migrationImageDigest: migration, ...rest } = settings;
  const pins = settings.imageTag === tag ? { api, console, migration } : {};
  const config = { ...rest, imageTag: tag, migrationImageTag: undefined } as ImageConfig;
  const found = references(config, home);
  const images = kinds.map((kind) => ({ kind, reference: found[kind], image: parseImage(found[kind]) }));
  return {
    targets: images.flatMap(({ kind, image }) => {
      const pinned = pins[kind];
      return image ? [{ kind, image: { ...image, digest: undefined, tag }, ...(pinned && { pinned }) }] : [];
    }),
    elsewhere: images.filter(({ image }) => image === undefined).map(({ reference }) => reference),
  };
}
