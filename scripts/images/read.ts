import { join } from "node:path";
import { type Archive, readArchive } from "./archive";
import { architecturesOf, digestOf } from "./manifest";
import { outputOf } from "./process";
import { archiveName, missingArchive, type Source, sourceReference } from "./source";
import type { Target } from "./targets";
import type { Tool } from "./tools";

/** An image where it is copied from. */
export interface ReadImage {
  /** With its digest, or in an archive. */
  from: { reference: string } | { archive: Archive };
  /** Undefined where the archive has lost it, as one of Docker's has. */
  digest?: string;
  manifest?: string;
  /** The CPUs that it is for, in Go's words. */
  architectures: string[];
}

/**
 * Reads an image of the release where it comes from; undefined where that is a registry, and there is no tool to ask it.
 *
 * @param scratch a folder to unpack archives in.
 */
export async function readSource(
  { kind, image: { tag } }: Target,
  source: Source,
  tool: Tool | undefined,
  scratch: string,
): Promise<ReadImage | { problem: string } | undefined> {
  const missing = "folder" in source ? missingArchive(source.folder, kind, tag) : undefined;
  if (missing !== undefined) {
    return { problem: missing };
  }
  try {
    if ("folder" in source) {
      const archive = await readArchive(join(source.folder, archiveName(kind, tag)), scratch);
      const { digest, manifest, architectures } = archive;
      return { digest, manifest, architectures, from: { archive } };
    }
    return tool && (await readRegistry(sourceReference(source.registry, kind, tag), tool));
  } catch (error) {
    const what = "folder" in source ? archiveName(kind, tag) : sourceReference(source.registry, kind, tag);
    return { problem: `${what} can't be read: ${(error as Error).message}` };
  }
}

async function readRegistry(tagged: string, tool: Tool): Promise<ReadImage> {
  const manifest = (await outputOf(tool.manifest(tagged))).toString();
  const digest = digestOf(manifest);
  // By its digest: the tag may be moved meanwhile.
  const reference = `${tagged.replace(/:[^:/]*$/, "")}@${digest}`;
  const readConfig = async (): Promise<string> => (await outputOf(tool.config(reference))).toString();
  return { digest, manifest, architectures: await architecturesOf(manifest, readConfig), from: { reference } };
}
