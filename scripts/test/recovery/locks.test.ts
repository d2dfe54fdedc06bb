import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answerCalls } from "@selfhosted/common";
import { awsError, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { tornFiles } from "../../recovery/backend";
import { describeLock, isAlive, type Lock, readLocks } from "../../recovery/locks";

const path = ".pulumi/locks/organization/selfhosted-application/prod";
const lock: Lock = { pid: 4711, username: "ci", hostname: "build-7", timestamp: "2026-03-20T12:00:00.123456Z" };

describe("the lock of a stack", () => {
  afterEach(() => answerCalls(undefined));

  it("is read from a folder", async () => {
    const state = mkdtempSync(join(tmpdir(), "state-"));
    try {
      expect(await readLocks("application", "prod", `file://${state}`)).to.deep.equal({ locks: [] });
      mkdirSync(join(state, path), { recursive: true });
      writeFileSync(join(state, path, "1.json"), JSON.stringify(lock));
      writeFileSync(join(state, path, "1.json.attrs"), "of the storage");
      expect(await readLocks("application", "prod", `file://${state}?no_tmp_dir=true`)).to.deep.equal({
        locks: [lock],
      });
    } finally {
      rmSync(state, { recursive: true });
    }
  });

  it("is one thing; a file that Pulumi was writing, and left empty, another", () => {
    const state = mkdtempSync(join(tmpdir(), "state-"));
    const stacks = join(state, ".pulumi", "stacks", "selfhosted-application");
    try {
      mkdirSync(stacks, { recursive: true });
      writeFileSync(join(stacks, "prod.json"), "");
      writeFileSync(join(stacks, "prod.json.attrs"), "{}");
      writeFileSync(join(stacks, "prod-eu.json.attrs"), "");
      expect(tornFiles("application", "prod", `file://${state}`)).to.deep.equal([]);
      writeFileSync(join(stacks, "prod.json.attrs"), "");
      expect(tornFiles("application", "prod", `file://${state}`)).to.deep.equal([join(stacks, "prod.json.attrs")]);
      expect(tornFiles("application", "prod", "s3://my-state")).to.deep.equal([]);
    } finally {
      rmSync(state, { recursive: true });
    }
  });

  it("is read from a bucket, under the prefix and in the region that its URL names", async () => {
    const asked: unknown[] = [];
    answerCalls(
      fakeAws({
        "s3:ListObjectsV2": (input, region) => {
          asked.push({ ...input, region });
          return { Contents: [{ Key: `teams/a/${path}/1.json` }, { Key: `teams/a/${path}/1.json.attrs` }] };
        },
        "s3:GetObject": () => ({ Body: { transformToString: () => Promise.resolve(JSON.stringify(lock)) } }),
      }),
    );
    const found = await readLocks("application", "prod", "s3://my-state/teams/a?region=eu-west-1&awssdk=v2");
    expect(found).to.deep.equal({ locks: [lock] });
    expect(asked).to.have.lengthOf(1);
    expect(asked[0]).to.include({ Bucket: "my-state", Prefix: `teams/a/${path}/`, region: "eu-west-1" });
  });

  it("can't be read elsewhere, or where the caller may not, which is said without secrets", async () => {
    const cloud = await readLocks("application", "prod", "https://token@api.pulumi.com");
    expect(cloud).to.deep.equal({ unread: "who holds a lock can't be read from https://api.pulumi.com" });
    answerCalls(
      fakeAws({
        "s3:ListObjectsV2": () => {
          throw Object.assign(awsError("AccessDenied", "no"), { $metadata: {} });
        },
      }),
    );
    const denied = await readLocks("application", "prod", "s3://my-state");
    expect(denied).to.have.property("unread").that.includes("s3://my-state");
  });

  it("says who holds it since when, and whether that process still runs here", () => {
    expect(describeLock(lock)).to.equal("ci@build-7 since 2026-03-20T12:00:00Z (process 4711, on another machine)");
    expect(isAlive(lock)).to.equal(undefined);
    expect(isAlive({ ...lock, hostname: hostname(), pid: process.pid })).to.equal(true);
    expect(isAlive({ ...lock, hostname: hostname(), pid: 2 ** 22 + 1 })).to.equal(false);
    expect(isAlive({ ...lock, hostname: hostname(), pid: 1 }), "another process with its number").to.equal(false);
  });

  it("takes a process for gone that has ended, and is listed because its parent doesn't ask for that", async () => {
    const parent = spawn("sh", ["-c", "node -e 0 & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [first] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = Number(first);
      const state = (): string => execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
      while (!state().startsWith("Z")) await sleep(20);
      expect(isAlive({ ...lock, hostname: hostname(), pid })).to.equal(false);
    } finally {
      parent.kill();
    }
  });
});
