import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";

/** Of the user AWS, for a registry that wants one. */
export const password = "word-of-the-registry";
const htpasswd = "AWS:$2b$04$PwuYN4qW1UEn5JuL.ogdr.KJCp9/w3eUJjFqoo9AQxteE6sTu5pJa\n";

/** Debian's docker-registry on loopback. */
export interface Registry {
  host: string;
  /** A manifest as the registry has it, by its tag or digest; undefined where it has none. */
  manifest: (repository: string, reference: string) => Promise<Buffer | undefined>;
  /** Everything that a manifest needs is there. */
  isComplete: (repository: string, reference: string) => Promise<boolean>;
  push: (repository: string, tag: string, image: MadeImage) => Promise<void>;
  stop: () => Promise<void>;
}

/** Manifests and blobs by digest; `root` is that of the whole image. */
export interface MadeImage {
  root: string;
  manifests: Map<string, Buffer>;
  blobs: Map<string, Buffer>;
}

export async function startRegistry(folder: string, wantsPassword = false): Promise<Registry> {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "htpasswd"), htpasswd);
  const auth = { htpasswd: { realm: "registry", path: join(folder, "htpasswd") } };
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: `127.0.0.1:${port}` },
    ...(wantsPassword && { auth }),
  };
  // JSON is YAML.
  writeFileSync(join(folder, "config.yml"), JSON.stringify(config));
  const server = spawn("docker-registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  const host = `127.0.0.1:${port}`;
  const headers = wantsPassword
    ? { authorization: `Basic ${Buffer.from(`AWS:${password}`).toString("base64")}` }
    : undefined;
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, `http://${host}`), { ...init, headers: { ...headers, ...init.headers } });
  await isUp(() => ask("/v2/"));

  const manifest: Registry["manifest"] = async (repository, reference) => {
    const answer = await ask(`/v2/${repository}/manifests/${reference}`, { headers: { accept: mediaTypes } });
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  };
  const isComplete: Registry["isComplete"] = async (repository, reference) => {
    const found = await manifest(repository, reference);
    if (found === undefined) {
      return false;
    }
    const { manifests = [], config, layers = [] } = JSON.parse(found.toString()) as ManifestText;
    const blobs = [config, ...layers].flatMap((each) => each?.digest ?? []);
    const held = await Promise.all([
      ...manifests.map(({ digest }) => isComplete(repository, digest)),
      ...blobs.map(async (digest) => (await ask(`/v2/${repository}/blobs/${digest}`, { method: "HEAD" })).ok),
    ]);
    return held.every(Boolean);
  };
  return {
    ...{ host, manifest, isComplete },
    push: async (repository, tag, { root, manifests, blobs }) => {
      const must = async (answer: Promise<Response>): Promise<Response> => {
        const { ok, status } = await answer;
        if (!ok) {
          throw new Error(`the registry answered with status ${status}`);
        }
        return answer;
      };
      for (const [digest, body] of blobs) {
        const { headers } = await must(ask(`/v2/${repository}/blobs/uploads/`, { method: "POST" }));
        const place = new URL(headers.get("location") ?? "", `http://${host}`);
        place.searchParams.set("digest", digest);
        await must(ask(place.href, { method: "PUT", body: new Uint8Array(body) }));
      }
      for (const [digest, body] of manifests) {
        const { mediaType } = JSON.parse(body.toString()) as { mediaType: string };
        const reference = digest === root ? tag : digest;
        const init = { method: "PUT", headers: { "content-type": mediaType }, body: new Uint8Array(body) };
        await must(ask(`/v2/${repository}/manifests/${reference}`, init));
      }
    },
    stop: async () => {
      server.kill();
      await new Promise((done) => (server.exitCode === null ? server.once("exit", done) : done(undefined)));
    },
  };
}

interface ManifestText {
  manifests?: { digest: string }[];
  config?: { digest: string };
  layers?: { digest: string }[];
}

const mediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** An image for these CPUs, of one small layer each. */
export function makeImage(name: string, ...architectures: string[]): MadeImage {
  const made: MadeImage = { root: "", manifests: new Map(), blobs: new Map() };
  const keep = (into: Map<string, Buffer>, body: Buffer): { digest: string; size: number } => {
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    into.set(digest, body);
    return { digest, size: body.length };
  };
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const images = architectures.map((architecture) => {
    const layer = layerOf(`${name} for ${architecture}`);
    const rootfs = { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] };
    const config = keep(made.blobs, json({ architecture, os: "linux", rootfs, config: {} }));
    const manifest = json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...keep(made.blobs, gzipSync(layer)) }],
    });
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    return { mediaType, ...keep(made.manifests, manifest), platform: { architecture, os: "linux" } };
  });
  const [only, ...others] = images;
  const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: images };
  return { ...made, root: others.length === 0 ? (only?.digest ?? "") : keep(made.manifests, json(index)).digest };
}

/** A tar with one file. */
function layerOf(text: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "layer-"));
  writeFileSync(join(folder, "name"), text);
  const layer = execFileSync("tar", ["-cf", "-", "-C", folder, "name"]);
  rmSync(folder, { recursive: true });
  return layer;
}

/** An image in a file, as `skopeo copy … oci-archive:` writes it. */
export function writeOciArchive(file: string, { root, manifests, blobs }: MadeImage): void {
  const folder = mkdtempSync(join(tmpdir(), "layout-"));
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  [...manifests, ...blobs].forEach(([digest, body]) =>
    writeFileSync(join(folder, "blobs", ...digest.split(":")), body),
  );
  const body = manifests.get(root) ?? Buffer.of();
  const { mediaType } = JSON.parse(body.toString()) as { mediaType: string };
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest: root, size: body.length }] };
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  execFileSync("tar", ["-cf", file, "-C", folder, "."]);
  rmSync(folder, { recursive: true });
}

/** An image in a file, as `docker save` wrote it before it knew OCI. */
export function writeDockerArchive(file: string, { blobs }: MadeImage, tag: string): void {
  const folder = mkdtempSync(join(tmpdir(), "docker-"));
  const [config = Buffer.of(), layer = Buffer.of()] = [...blobs.values()].sort((a) => (a[0] === 0x7b ? -1 : 1));
  writeFileSync(join(folder, "config.json"), config);
  writeFileSync(join(folder, "layer.tar"), gunzipSync(layer));
  const images = [{ Config: "config.json", RepoTags: [tag], Layers: ["layer.tar"] }];
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(images));
  execFileSync("tar", ["-cf", file, "-C", folder, "manifest.json", "config.json", "layer.tar"]);
  rmSync(folder, { recursive: true });
}

async function isUp(ask: () => Promise<Response>): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const answer = await ask().catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await sleep(100);
  }
  throw new Error("docker-registry did not start");
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Where a program is; undefined where it isn't on PATH. */
export function whereIs(program: string): string | undefined {
  try {
    return execFileSync("bash", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
