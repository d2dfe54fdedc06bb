import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { architecturesOf, type Descriptor, digestOf } from "./manifest";
import { outputOf } from "./process";

/** An image in a file, as `skopeo copy … oci-archive:` and `docker save` write it. */
export interface Archive {
  file: string;
  /**
   * Layout of OCI, unpacked in `folder`, which keeps the digest of the registry that it was copied from; or of Docker, which has lost it.
   */
  format: "oci" | "docker";
  folder: string;
  manifest?: string;
  digest?: string;
  architectures: string[];
}

/**
 * Reads an archive.
 *
 * @param scratch where there is room to unpack it.
 * @throws Error where it isn't one image.
 */
export async function readArchive(file: string, scratch: string): Promise<Archive> {
  const names = (await outputOf(["tar", "-tf", file])).toString().split("\n");
  const has = (name: string): boolean => names.some((each) => each.replace(/^\.\//, "") === name);
  const folder = join(scratch, basename(file));
  if (has("index.json")) {
    mkdirSync(folder);
    await outputOf(["tar", "-xf", file, "-C", folder]);
    return { file, format: "oci", folder, ...(await readLayout(folder)) };
  }
  if (has("manifest.json")) {
    const name = names.find((each) => each.endsWith("manifest.json")) ?? "";
    const read = async (member: string): Promise<string> => (await outputOf(["tar", "-xOf", file, member])).toString();
    const images = JSON.parse(await read(name)) as { Config: string }[];
    const [image] = requireOne(images);
    const { architecture } = JSON.parse(await read(`${name.replace("manifest.json", "")}${image.Config}`)) as {
      architecture?: string;
    };
    return { file, format: "docker", folder, architectures: architecture === undefined ? [] : [architecture] };
  }
  throw new Error("it is no archive of an image: neither index.json nor manifest.json is in it");
}

/** https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
async function readLayout(folder: string): Promise<Pick<Archive, "manifest" | "digest" | "architectures">> {
  const { manifests = [] } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
    manifests?: Descriptor[];
  };
  const [{ digest }] = requireOne(manifests);
  const blob = (of: string): Buffer => {
    const path = join(folder, "blobs", ...of.split(":"));
    if (!/^sha256:[0-9a-f]{64}$/.test(of) || !existsSync(path)) {
      throw new Error(`it lacks ${of}`);
    }
    return readFileSync(path);
  };
  const manifest = blob(digest);
  if (digestOf(manifest) !== digest) {
    throw new Error(`its manifest isn't the one that its digest says, ${digest}`);
  }
  const text = manifest.toString();
  return { manifest: text, digest, architectures: await architecturesOf(text, async (of) => blob(of).toString()) };
}

function requireOne<T>(images: T[]): [T] {
  const [first, ...others] = images;
  if (first === undefined || others.length > 0) {
    throw new Error(`it holds ${images.length} images, and not one`);
  }
  return [first];
}
