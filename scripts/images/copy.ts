import { basename, dirname } from "node:path";
import type { AwsClients } from "@selfhosted/common";
import { digestOf } from "./manifest";
import { outputOf, show } from "./process";
import type { ReadImage } from "./read";
import type { Session } from "./sign-in";
import type { Target } from "./targets";
import type { Argv, Tool } from "./tools";

/**
 * Copies an image into ECR.
 *
 * @returns the digest that it has there.
 * @throws Error where that isn't the digest that it had.
 */
export async function copyImage(tool: Tool, session: Session, { image }: Target, source: ReadImage): Promise<string> {
  const { host, folder, env } = session;
  const to = `${host}/${image.repository}:${image.tag}`;
  const { argv, cwd } = command(tool, source, to, folder);
  await show(argv, { env, cwd });
  const digest = digestOf(await outputOf(tool.manifest(to, folder), { env }));
  if (source.digest !== undefined && source.digest !== digest) {
    throw new Error(`${to} is ${digest}, and not ${source.digest}, which was copied. Delete it, and run this again.`);
  }
  return digest;
}

/** Archives are named from their folder: in a whole path, a colon would end it for skopeo. */
function command(tool: Tool, { from }: ReadImage, to: string, folder: string): { argv: Argv; cwd?: string } {
  if ("reference" in from) {
    return { argv: tool.copy(from.reference, to, folder) };
  }
  const { format, file, folder: unpacked } = from.archive;
  return format === "oci"
    ? { argv: tool.pushLayout(basename(unpacked), to, folder), cwd: dirname(unpacked) }
    : { argv: tool.pushDocker(basename(file), to, folder), cwd: dirname(file) };
}

/** The emulated account keeps the manifest of an image, and has no registry that could hold the rest. */
export async function recordImage(
  ecr: AwsClients["ecr"],
  { image }: Target,
  { manifest = "{}", digest }: ReadImage,
): Promise<void> {
  await ecr.putImage({
    ...{ registryId: image.accountId, repositoryName: image.repository, imageTag: image.tag },
    ...{ imageManifest: manifest, imageDigest: digest },
  });
}
