import { projectOf, type Installation, type Setting } from "@selfhosted/common";
import { parseImage, type ImageConfig } from "../../../application/images";
import { releaseSettings } from "../../../application/config/release";
import { findImage, kinds, references, type Kind, type References } from "./images";
import { shown } from "../command";
import { mustPulumi } from "../pulumi";
import { explain } from "../report";

/** The settings that say which release runs. */
export type ReleaseConfig = Pick<ImageConfig, keyof typeof releaseSettings>;

/** Where a change of release leads. */
export interface Release {
  tag: string;
  /** The settings of the application layer, with what changes. */
  config: ReleaseConfig;
  images: References;
  /** Those that nobody could look up, since they aren't in ECR. */
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

/** The release that the configuration of an environment names. */
export async function readRelease(env: string): Promise<ReleaseConfig> {
  const text = await mustPulumi("application", ["config", "--json", "--stack", env]);
  const found = JSON.parse(text) as Record<string, { value?: string }>;
  const keys = Object.entries<Setting<unknown>>(releaseSettings).map(([key, setting]) => {
    const text = found[`${projectOf("application")}:${key}`]?.value;
    const parsed = text === undefined ? undefined : setting.parse(text);
    // What isn't valid the layer refuses.
    return [key, parsed && "value" in parsed ? parsed.value : text];
  });
  return Object.fromEntries(keys) as ReleaseConfig;
}

/** Makes the configuration of an environment name another release. */
export async function writeRelease(env: string, from: ReleaseConfig, to: ReleaseConfig): Promise<void> {
  const config = (...args: string[]): Promise<string> => mustPulumi("application", ["config", ...args, "--stack", env]);
  const changed = (Object.keys(releaseSettings) as (keyof ReleaseConfig)[]).filter((key) => to[key] !== from[key]);
  // At once: a tag without the digest that belongs to it would be half a release.
  const set = changed.flatMap((key) => (to[key] === undefined ? [] : ["--plaintext", `${key}=${to[key]}`]));
  if (set.length > 0) {
    await config("set-all", ...set);
  }
  for (const key of changed.filter((each) => to[each] === undefined)) {
    await config("rm", key);
  }
}

/**
 * The same installation with another release. Images that are pinned by their digest are pinned to that of the other release.
 *
 * @param migrated reference of the image that the database keeps to, where it doesn't go along.
 * @throws Error that lists every image that is missing, or can't be changed by a tag.
 */
export async function planRelease(
  config: ReleaseConfig,
  place: Pick<Installation, "accountId" | "region">,
  tag: string,
  migrated?: string,
  look: (reference: string) => Promise<Found | undefined> = (reference) =>
    findImage(reference, { isCached: config.imagePullThroughCache }),
): Promise<Release> {
  const changing = kinds.filter((kind) => kind !== "migration" || migrated === undefined);
  const tagged: ReleaseConfig = {
    ...config,
    imageTag: tag,
    ...(migrated ? keepTo(config, tag, migrated) : { migrationImageTag: undefined }),
    ...merge(changing.map((kind) => byTag(config, kind, tag))),
  };
  const wanted = references(tagged, place);
  const found = await Promise.all(
    changing.map(async (kind) => {
      const image = await look(wanted[kind]).catch((error: unknown) => ({ missing: explain(error) }));
      // ECR fetches it when it is first pulled; a digest can't be known before.
      const isToCome = config.imagePullThroughCache && image && "missing" in image && !isPinned(config, kind);
      return [kind, isToCome ? undefined : image] as const;
    }),
  );

  const problems = found.flatMap(([kind, image]) => {
    if (image === undefined) {
      return isPinned(config, kind)
        ? [
            `${wanted[kind]}: pinned by digest, and not in ECR, which knows digests; set ${kind}Image by hand, and deploy`,
          ]
        : [];
    }
    return "missing" in image ? [`${wanted[kind]}: ${image.missing}`] : [];
  });
  if (problems.length > 0) {
    throw new Error(
      `These images can't be had, so nothing was changed:\n${problems.map((problem) => `  ${problem}`).join("\n")}\n` +
        `What is missing, push to ECR first: the three images of a release carry the same tag.`,
    );
  }
  const pinned = found.filter(([kind]) => isPinned(config, kind));
  const next = { ...tagged, ...merge(pinned.map(([kind, image]) => byDigest(tagged, kind, image))) };
  const unchecked = found.flatMap(([kind, image]) => (image === undefined ? [wanted[kind]] : []));
  return { tag, config: next, images: references(next, place), unchecked };
}

/** The settings that keep the migration at an image. */
function keepTo(config: ReleaseConfig, tag: string, migrated: string): Partial<ReleaseConfig> {
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

function isPinned(config: ReleaseConfig, kind: Kind): boolean {
  return config[`${kind}ImageDigest`] !== undefined || (config[`${kind}Image`]?.includes("@") ?? false);
}

/** What is known of an image: its digest, or why it can't be had. */
type Found = { digest: string } | { missing: string };

/** The settings that name an image by its tag alone. */
function byTag(config: ReleaseConfig, kind: Kind, tag: string): Partial<ReleaseConfig> {
  const repository = config[`${kind}Image`]?.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return { [`${kind}ImageDigest`]: undefined, [`${kind}Image`]: repository && `${repository}:${tag}` };
}

/** The settings that pin it to what was found under the tag. */
function byDigest(tagged: ReleaseConfig, kind: Kind, found: Found | undefined): Partial<ReleaseConfig> {
  const digest = found && "digest" in found ? found.digest : undefined;
  const whole = tagged[`${kind}Image`];
  return whole ? { [`${kind}Image`]: `${whole}@${digest}` } : { [`${kind}ImageDigest`]: digest };
}

function merge(parts: Partial<ReleaseConfig>[]): Partial<ReleaseConfig> {
  return Object.assign({}, ...parts) as Partial<ReleaseConfig>;
}
