import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Kind } from "../../application/operations";
import { repository as checkout } from "../repository";
import { shown } from "../shown";

/** The vendor's names of the images, in whatever registry. */
const vendorNames: Record<Kind, string> = {
  api: "pulumi/service",
  console: "pulumi/console",
  migration: "pulumi/migrations",
};

/** Where images are copied from: a registry, or a folder with archives. */
export type Source = { registry: string } | { folder: string };

/** The vendor's own. */
const vendorRegistry = "docker.io";

/** @throws Error unless it is a registry or a folder that is there. */
export function requireSource(from: string | undefined): Source {
  if (from === undefined || from === "") {
    return { registry: vendorRegistry };
  }
  if (/^(\/|\.{1,2}(\/|$)|~\/)/.test(from) || isFolder(resolve(checkout, from))) {
    const folder = resolve(checkout, from.replace(/^~(?=\/)/, homedir()));
    if (!isFolder(folder)) {
      throw new Error(`FROM is ${shown(from)}, and there is no such folder.`);
    }
    return { folder };
  }
  if (!/^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*$/.test(from)) {
    throw new Error(
      `FROM is ${shown(from)}. Allowed: a folder with archives, such as ./images, or a registry with the vendor's images, such as ` +
        `registry.example.com/mirror. Without it: ${vendorRegistry}.`,
    );
  }
  return { registry: from };
}

/** The image of a release in a registry, by its tag. */
export function sourceReference(registry: string, kind: Kind, tag: string): string {
  return `${registry}/${vendorNames[kind]}:${tag}`;
}

/** The archive of an image, such as `service-20260105-317-signed.tar`. */
export function archiveName(kind: Kind, tag: string): string {
  return `${vendorNames[kind].replace("pulumi/", "")}-${tag}.tar`;
}

/** What is missing, and the command that makes it where the vendor's registry can be reached; undefined where it is there. */
export function missingArchive(folder: string, kind: Kind, tag: string): string | undefined {
  const file = archiveName(kind, tag);
  const from = `docker://${sourceReference(vendorRegistry, kind, tag)}`;
  return existsSync(join(folder, file))
    ? undefined
    : `${join(folder, file)} is missing; where there is a way out: skopeo copy --all ${from} oci-archive:${file}`;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
