import { type Found, type Installation, projectOf, type Setting } from "@selfhosted/common";
import {
  downgrade,
  findImage,
  type ImageConfig,
  isOlder,
  type Kind,
  kinds,
  parseImage,
  type References,
  references,
  releaseSettings,
} from "../../application/operations";
import { configurePlain, mustPulumi } from "../pulumi/cli";
import { explain } from "../report";
import { shown } from "../shown";

/** The settings that say which release runs. */
export type ReleaseConfig = Pick<ImageConfig, keyof typeof releaseSettings>;

/** Where a change of release leads. */
export interface Release {
  tag: string;
  /** The settings of the application layer, with what changes. */
  config: ReleaseConfig;
  images: References;
  /** Those that can't be looked up, since they aren't in ECR. */
  unchecked: string[];
}

/** @throws Error unless it is a release. */
export function requireRelease(tag: string | undefined): string {
  const setting = releaseSettings.imageTag;
  const release = setting.parse(tag ?? "");
  if (!("value" in release)) {
    const found = tag ? `; found ${shown(tag)}` : "";
    throw new Error(`Say which release: IMAGE_TAG=20260105-317-signed${found}. Allowed: ${setting.allowed}.`);
  }
  return release.value;
}

/**
 * The database has no way to an older release.
 *
 * @param database the release that it was migrated for.
 * @throws Error where a command leads the other way; it names the command that doesn't.
 */
export function requireDirection(
  command: "upgrade" | "rollback",
  env: string,
  release: string,
  database: string,
): void {
  const back = downgrade(release, database, env);
  if (command === "upgrade" && back !== undefined) {
    throw new Error(
      `${release} ${back.reason}, and there is no migration back. ` +
        `To see whether the services alone can go back: ${back.rollback}`,
    );
  }
  if (command === "rollback" && isOlder(database, release)) {
    throw new Error(
      `${release} is newer than ${database}, for which the database was migrated: make upgrade leads there.`,
    );
  }
}

/** The release that the configuration of the application layer names. */
export function releaseOf(found: Found = {}): ReleaseConfig {
  const keys = Object.entries<Setting<unknown>>(releaseSettings).map(([key, setting]) => {
    const text = found[`${projectOf("application")}:${key}`]?.text;
    const parsed = text === undefined ? undefined : setting.parse(text);
    // What isn't valid the layer refuses.
    return [key, parsed && "value" in parsed ? parsed.value : text];
  });
  return Object.fromEntries(keys) as ReleaseConfig;
}

/** Makes the configuration of an environment name another release. */
export async function writeRelease(env: string, from: ReleaseConfig, to: ReleaseConfig): Promise<void> {
  const changed = (Object.keys(releaseSettings) as (keyof ReleaseConfig)[]).filter((key) => to[key] !== from[key]);
  // At once: a tag without the digest that belongs to it would be half a release.
  await configurePlain(
    "application",
    env,
    changed.flatMap((key) => (to[key] === undefined ? [] : [[key, to[key]]])),
  );
  for (const key of changed.filter((each) => to[each] === undefined)) {
    await mustPulumi("application", ["config", "rm", key, "--stack", env]);
  }
}

/** Looks an image up; undefined where it isn't in ECR. */
type FindImage = (reference: string) => Promise<{ digest: string } | { missing: string } | undefined>;

/**
 * The same installation with another release. Images that are pinned by their digest are pinned to that of the other release.
 *
 * @param migrated reference of the image that the database keeps to, where it doesn't go along.
 * @throws Error that lists every image that is missing, or can't be changed by a tag.
 */
export async function planRelease(
  config: ReleaseConfig,
  { accountId, region }: Pick<Installation, "accountId" | "region">,
  tag: string,
  migrated?: string,
  find: FindImage = (image) => findImage(image, { isCached: config.imagePullThroughCache }),
): Promise<Release> {
  const tagged = withTag(config, tag, migrated);
  // `sameImage` passes over the host, whose end differs between partitions.
  const home = { accountId, region, dnsSuffix: "amazonaws.com" };
  const named = references(tagged, home);
  const images = await Promise.all(
    kinds
      .filter((kind) => kind !== "migration" || migrated === undefined)
      .map((kind) => planImage(kind, named[kind], config, find)),
  );
  const problems = images.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) {
    throw new Error(
      `These images can't be had, so nothing was changed:\n${problems.map((problem) => `  ${problem}`).join("\n")}\n` +
        `What is missing, push to ECR first: the three images of a release carry the same tag.`,
    );
  }
  const pinned = images.reduce((settings, { kind, digest }) => ({ ...settings, ...pin(tagged, kind, digest) }), tagged);
  return {
    tag,
    config: pinned,
    images: references(pinned, home),
    unchecked: images.filter(({ isUnchecked }) => isUnchecked).map(({ reference }) => reference),
  };
}

/** The settings that name the images by a tag alone; the migration's stays with the image that the database keeps to. */
function withTag(config: ReleaseConfig, tag: string, migrated: string | undefined): ReleaseConfig {
  const retagged = (kind: Kind): Partial<ReleaseConfig> => {
    const repository = config[`${kind}Image`]?.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
    return { [`${kind}ImageDigest`]: undefined, [`${kind}Image`]: repository && `${repository}:${tag}` };
  };
  const migration = migrated
    ? keptAt(config, tag, migrated)
    : { migrationImageTag: undefined, ...retagged("migration") };
  return { ...config, imageTag: tag, ...migration, ...retagged("api"), ...retagged("console") };
}

/** The settings that keep the migration at an image. */
function keptAt(config: ReleaseConfig, tag: string, migrated: string): Partial<ReleaseConfig> {
  if (config.migrationImage) {
    return { migrationImage: migrated };
  }
  const image = parseImage(migrated);
  if (image === undefined) {
    throw new Error(
      `The database was migrated with ${migrated}: pulumi config set migrationImage ${migrated}, then again.`,
    );
  }
  return { migrationImageTag: image.tag === tag ? undefined : image.tag, migrationImageDigest: image.digest };
}

/** An image of the other release, by its tag. */
interface PlannedImage {
  kind: Kind;
  reference: string;
  /** Where the configuration pins the image. */
  digest?: string;
  /** Why it can't be had. */
  problem?: string;
  isUnchecked?: true;
}

async function planImage(kind: Kind, reference: string, config: ReleaseConfig, find: FindImage): Promise<PlannedImage> {
  const isPinned = config[`${kind}ImageDigest`] !== undefined || (config[`${kind}Image`]?.includes("@") ?? false);
  const found = await find(reference).catch((error: unknown) => ({ missing: explain(error, "it") }));
  if (found !== undefined && "digest" in found) {
    return { kind, reference, ...(isPinned && { digest: found.digest }) };
  }
  // What ECR fetches when it is first pulled can't be seen before.
  if (!isPinned && (found === undefined || config.imagePullThroughCache)) {
    return { kind, reference, isUnchecked: true };
  }
  const notInEcr = `pinned by digest, and not in ECR, which knows digests; set ${kind}Image by hand, and deploy`;
  return { kind, reference, problem: `${reference}: ${found?.missing ?? notInEcr}` };
}

/** The setting that pins an image to a digest. */
function pin(tagged: ReleaseConfig, kind: Kind, digest: string | undefined): Partial<ReleaseConfig> {
  const whole = tagged[`${kind}Image`];
  return digest === undefined
    ? {}
    : whole
      ? { [`${kind}Image`]: `${whole}@${digest}` }
      : { [`${kind}ImageDigest`]: digest };
}
