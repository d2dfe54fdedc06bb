import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import { describeInterrupted, type Interrupted, interruptedOf, refuseInterrupted } from "../../recovery/interrupted";
import { restoreStates } from "../../recovery/restore-states";
import { readStacks } from "../../stacks";
import { scriptedPulumi } from "../support/scripted-account";

const environment = { name: "prod", stack: "prod", isSandbox: false };

describe("states that are damaged", () => {
  const { error, log } = console;
  const { PULUMI_BACKEND_URL: before } = process.env;
  const terminal = Object.getOwnPropertyDescriptor(process.stdin, "isTTY");
  const whole = JSON.stringify({ checkpoint: { latest: { manifest: { time: "2026-03-20T12:00:00Z" } } } });
  let folder: string;
  let endPulumi: () => void;

  const path = (layer: Layer, end = ""): string => join(folder, `.pulumi/stacks/selfhosted-${layer}/prod.json${end}`);
  function write(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const update = (layer: Layer): string =>
    join(folder, `.pulumi/history/selfhosted-${layer}/prod/prod-1.checkpoint.json`);
  const lock = (host: string): void =>
    write(
      join(folder, ".pulumi/locks/organization/selfhosted-dns/prod/1.json"),
      JSON.stringify({ pid: 2 ** 30, username: "root", hostname: host, timestamp: "2026-03-20T12:00:00Z" }),
    );

  beforeEach(() => {
    console.error = console.log = () => undefined;
    Object.defineProperty(process.stdin, "isTTY", { value: false, configurable: true });
    folder = mkdtempSync(join(tmpdir(), "states-"));
    process.env.PULUMI_BACKEND_URL = `file://${folder}`;
    // As Pulumi does, it reads nothing of what isn't whole.
    endPulumi = scriptedPulumi(
      `file="${folder}/.pulumi/stacks/selfhosted-$(basename "$PWD")/prod.json"
      if [ -e "$file" ] && ! grep -q '}}}}$' "$file"; then echo "error: unexpected end of JSON input" >&2; exit 1; fi
      echo '{ "deployment": {} }'`,
    );
  });

  afterEach(() => {
    endPulumi();
    Object.assign(console, { error, log });
    if (terminal) Object.defineProperty(process.stdin, "isTTY", terminal);
    else Reflect.deleteProperty(process.stdin, "isTTY");
    if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
    else process.env.PULUMI_BACKEND_URL = before;
    rmSync(folder, { recursive: true });
  });

  const find = async (): Promise<Interrupted[]> => interruptedOf(await readStacks(environment));
  const restored = async (found?: Interrupted[]): Promise<string> =>
    String(await restoreStates(environment, found ?? (await find()), true).catch(String));
  const state = (layer: Layer): string => readFileSync(path(layer), "utf8");

  it("become the copy from before the last write, and no deployment begins before what was made since was looked up", async () => {
    write(path("dns"), "{");
    write(path("dns", ".bak"), whole);
    write(path("application", ".attrs"), "");
    expect(await restored())
      .to.include("application/prod.json.attrs was empty and is deleted")
      .and.include("dns/prod.json.bak is now the state");
    expect(state("dns")).to.equal(whole);
    const stacks = await readStacks(environment);
    expect(interruptedOf(stacks).flatMap(describeInterrupted)).to.deep.equal([
      "dns: its state is a copy of 2026-03-20T12:00:00.000Z, and what was made since isn't looked up yet",
    ]);
    expect(() => refuseInterrupted(environment, stacks)).to.throw(/dns: its state is a copy.*make recover ENV=prod/s);
  });

  it("are all left as they are where one has no copy", async () => {
    write(path("dns"), "{");
    write(path("application"), "{");
    write(path("application", ".bak"), whole);
    write(path("infrastructure", ".attrs"), "");
    expect(await restored()).to.match(/There is no copy of \S+dns\/prod\.json\. .*a backup.*Nothing was changed/s);
    expect([state("dns"), state("application")]).to.deep.equal(["{", "{"]);
    expect(existsSync(path("infrastructure", ".attrs"))).to.equal(true);
  });

  it("aren't replaced by a copy that may be old unless a person at a terminal says so", async () => {
    write(path("dns"), "{");
    write(path("dns", ".bak"), "{");
    write(update("dns"), whole);
    expect(await restored())
      .to.match(/dns: the latest copy that is whole is of 2026-03-20T12:00:00\.000Z, \d+ days ago/)
      .and.include("YES=1 isn't enough for that. At a terminal, which asks: make recover ENV=prod");
    expect(state("dns")).to.equal("{");
  });

  it("aren't replaced under the lock of another machine unless a person at a terminal says so", async () => {
    write(path("dns"), "{");
    write(path("dns", ".bak"), whole);
    lock("elsewhere");
    expect(await restored()).to.match(/still at work can't be seen from here: root@elsewhere.*YES=1 isn't enough/s);
    expect(state("dns")).to.equal("{");
    lock(hostname());
    expect(await restored()).to.include("is now the state");
  });

  it("are left as they are where something was done since they were read", async () => {
    write(path("dns"), "{");
    write(path("dns", ".bak"), whole);
    const found = await find();
    lock(hostname());
    expect(await restored(found)).to.match(/done meanwhile, so nothing was changed.*dns: locked by root@/s);
    const later = await find();
    const byHand = whole.replace("12:00", "13:00");
    write(path("dns"), byHand);
    expect(await restored(later)).to.match(/done meanwhile, so nothing was changed/);
    expect(state("dns")).to.equal(byHand);
  });
});
