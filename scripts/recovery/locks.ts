import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { allPages } from "@selfhosted/common/aws";
import { type Layer, projectOf } from "@selfhosted/common/layer";
import { explain } from "../report";
import { type Bucket, bucketOf, filesIn, folderOf, shownBackend } from "./backend";

/** The lock of a stack, as a self-managed backend keeps it: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go */
export interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** The locks of a stack, or why they can't be read. */
export type Locks = { locks: Lock[] } | { unread: string };

/** Reads the locks of a layer's stack where the stack is kept. */
export async function readLocks(layer: Layer, stack: string, backend: string): Promise<Locks> {
  const path = `.pulumi/locks/organization/${projectOf(layer)}/${stack}`;
  try {
    const texts = backend.startsWith("file://")
      ? inFolder(join(folderOf(backend, layer), path))
      : backend.startsWith("s3://")
        ? await inBucket(bucketOf(backend), path)
        : undefined;
    return texts === undefined
      ? { unread: `who holds a lock can't be read from ${shownBackend(backend)}` }
      : { locks: texts.map((text) => JSON.parse(text) as Lock) };
  } catch (error) {
    return { unread: explain(error, `who holds a lock in ${shownBackend(backend)}`) };
  }
}

function inFolder(folder: string): string[] {
  return filesIn(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => readFileSync(file, "utf8"));
}

async function inBucket({ name: Bucket, prefix, s3 }: Bucket, path: string): Promise<string[]> {
  const found = await allPages(async (ContinuationToken) => {
    const page = await s3.listObjectsV2({ Bucket, Prefix: `${prefix}${path}/`, ContinuationToken });
    return { items: page.Contents, next: page.NextContinuationToken };
  });
  const keys = found.flatMap(({ Key }) => (Key?.endsWith(".json") ? Key : []));
  return Promise.all(
    keys.map(async (Key) => (await (await s3.getObject({ Bucket, Key })).Body?.transformToString()) ?? "{}"),
  );
}

/** Whether the process that holds a lock runs on this machine; undefined on another one, where that can't be seen. */
export function isAlive({ pid, hostname: host }: Lock): boolean | undefined {
  if (host !== hostname()) {
    return undefined;
  }
  try {
    const process = execFileSync("ps", ["-o", "stat=,comm=", "-p", String(pid)], { encoding: "utf8" });
    // Another process may have got its number since; and one that has ended is listed until its parent asks (Z), which may be never.
    // `node` calls itself MainThread from version 24 on.
    return /^\s*[^Z\s]\S*\s.*(pulumi|node|MainThread)/.test(process);
  } catch {
    return false;
  }
}

/** Such as `root@build-7 (process 4711) since 2026-03-20T12:00:00Z, which runs`. */
export function describeLock(lock: Lock): string {
  const state = { true: "which is running", false: "which is gone", undefined: "on another machine" };
  const since = lock.timestamp.replace(/\.\d+/, "");
  return `${lock.username}@${lock.hostname} since ${since} (process ${lock.pid}, ${state[`${isAlive(lock)}`]})`;
}
