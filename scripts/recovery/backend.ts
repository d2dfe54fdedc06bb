import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type AwsClients, awsClients } from "@selfhosted/common/aws";
import { type Layer, projectOf } from "@selfhosted/common/layer";
import { mustPulumi } from "../pulumi/cli";
import { repository } from "../repository";

/**
 * Where the state of a layer is kept, such as `s3://my-pulumi-state`. The variable goes before what the layer's Pulumi.yaml names, and that
 * before what Pulumi is logged in to, which is asked once for all layers.
 */
export function backends(): (layer: Layer) => Promise<string> {
  const given = process.env["PULUMI_BACKEND_URL"];
  const ask = async (layer: Layer): Promise<string> =>
    (JSON.parse(await mustPulumi(layer, ["whoami", "--json"])) as { url: string }).url;
  const hasOwn = (layer: Layer): boolean =>
    /^backend:/m.test(readFileSync(join(repository, layer, "Pulumi.yaml"), "utf8"));
  let loggedIn: Promise<string> | undefined;
  return async (layer) => given || (hasOwn(layer) ? ask(layer) : (loggedIn ??= ask(layer)));
}

/** `file://` takes `~` and, against the layer's folder, relative paths. */
export function folderOf(backend: string, layer: Layer): string {
  const path = backend.replace("file://", "").split("?")[0] ?? "";
  return resolve(join(repository, layer), path.replace(/^~(?=\/|$)/, homedir()));
}

/** A bucket of S3, or of what speaks like it. */
export interface Bucket {
  name: string;
  /** What its keys begin with: empty, or with a `/` at its end. */
  prefix: string;
  s3: AwsClients["s3"];
}

/**
 * The bucket of an `s3://` URL, whose query may say how it is reached:
 * https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3
 */
export function bucketOf(backend: string): Bucket {
  const { hostname: name, pathname, searchParams: query } = new URL(backend);
  const flag = (...keys: string[]): boolean => keys.some((key) => query.get(key) === "true");
  const given = query.get("endpoint") ?? undefined;
  const scheme = flag("disableSSL", "disable_https") ? "http" : "https";
  const endpoint = given === undefined || given.includes("://") ? given : `${scheme}://${given}`;
  const region = query.get("region") ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const profile = query.get("profile") ?? undefined;
  const { s3 } = awsClients({
    region,
    ...(endpoint && { endpoint }),
    ...(profile && { profile }),
    ...(flag("s3ForcePathStyle", "use_path_style") && { forcePathStyle: true }),
    // Where nothing says the region, S3 does.
    followRegionRedirects: true,
  });
  return { name, prefix: pathname.replace(/^\/+/, "").replace(/([^/])$/, "$1/"), s3 };
}

/** Without what may be secret. */
export function shownBackend(backend: string): string {
  return backend.replace(/\?.*$/, "").replace(/\/\/[^/]*@/, "//");
}

/**
 * Files of a `file://` backend that say something of the file beside them, and are empty, since Pulumi was killed as it wrote them. With
 * them, Pulumi reads nothing of the stack ("failed to load checkpoint: EOF"); without, everything: they hold no state
 * (https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go).
 */
export function tornFiles(layer: Layer, stack: string, backend: string): string[] {
  if (!backend.startsWith("file://")) {
    return [];
  }
  const root = join(folderOf(backend, layer), ".pulumi");
  const project = projectOf(layer);
  return [
    ...filesIn(join(root, "stacks", project)).filter((file) => file.includes(`/${stack}.`)),
    ...filesIn(join(root, "locks", "organization", project, stack)),
  ].filter((file) => file.endsWith(".attrs") && statSync(file).size === 0);
}

/** The files in a folder; none where there is no such folder. */
export function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
}
