import { createHash } from "node:crypto";

/** A manifest in the formats of OCI and of Docker (https://github.com/opencontainers/image-spec/blob/main/manifest.md). */
interface Manifest {
  mediaType?: string;
  /** Of one image. */
  config?: { digest: string };
  /** Of an index: one image for each platform, and attestations, whose architecture is `unknown`. */
  manifests?: Descriptor[];
}

export interface Descriptor {
  digest: string;
  mediaType?: string;
  platform?: { architecture?: string };
}

/** By which a registry knows the manifest. */
export function digestOf(manifest: string | Buffer): string {
  return `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
}

/**
 * The CPU architectures that a manifest is for, in Go's words: `amd64`, `arm64`.
 *
 * @param readConfig reads the configuration of the image, where the manifest is of one: that doesn't say its own architecture.
 * @throws Error where it is no manifest of an image.
 */
export async function architecturesOf(
  manifest: string,
  readConfig: (digest: string) => Promise<string>,
): Promise<string[]> {
  const { config, manifests } = JSON.parse(manifest) as Manifest;
  if (manifests !== undefined) {
    const named = manifests.flatMap(({ platform }) => platform?.architecture ?? []);
    return [...new Set(named)].filter((each) => each !== "unknown");
  }
  if (config === undefined) {
    throw new Error("it has neither a configuration nor images for platforms, so it is no image of today");
  }
  const { architecture } = JSON.parse(await readConfig(config.digest)) as { architecture?: string };
  return architecture === undefined ? [] : [architecture];
}
