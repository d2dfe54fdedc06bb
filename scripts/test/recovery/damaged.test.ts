import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { copiedState, damagedState, describeDamaged, endCopied, restoreCopy } from "../../recovery/damaged";

describe("a state that was cut as it was written", () => {
  const at = (time: string): string => JSON.stringify({ version: 3, checkpoint: { latest: { manifest: { time } } } });
  const [older, newer] = [at("2026-03-20T12:00:00Z"), at("2026-03-20T13:00:07.9Z")];
  const state = "stacks/selfhosted-application/prod.json";
  const update = (number: number): string => `history/selfhosted-application/prod/prod-${number}.checkpoint.json`;
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "state-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const path = (file: string): string => join(folder, ".pulumi", file);
  const found = (): ReturnType<typeof damagedState> => damagedState("application", "prod", `file://${folder}`);
  function write(files: Record<string, string>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    }
  }

  it("is found in a folder, and none that is whole or isn't there", () => {
    expect(found()).to.equal(undefined);
    write({ [state]: newer });
    expect(found()).to.equal(undefined);
    write({ [state]: newer.slice(0, -2) });
    expect(found()).to.deep.equal({ file: path(state) });
    write({ [state]: "" });
    expect(found()).to.deep.equal({ file: path(state) });
    expect(damagedState("application", "prod", "s3://my-state")).to.equal(undefined);
    // As Pulumi writes it for a stack that was never deployed.
    write({ [state]: '{ "version": 3, "checkpoint": { "stack": "organization/selfhosted-application/prod" } }' });
    expect(found()).to.equal(undefined);
  });

  const restore = (): string => {
    const { file, copy } = found() ?? {};
    if (file === undefined || copy === undefined) throw new Error("it isn't found");
    return restoreCopy({ file, copy });
  };
  const copied = (): ReturnType<typeof copiedState> => copiedState("application", "prod", `file://${folder}`);
  const beside = (): string[] => readdirSync(dirname(path(state))).sort();

  it("has the state from before its last write beside it, which takes its place, and is kept", () => {
    const cut = newer.slice(0, 20);
    write({ [state]: cut, [`${state}.bak`]: newer, [update(1)]: older });
    const damaged = found();
    if (damaged === undefined) throw new Error("it isn't found");
    expect(describeDamaged(damaged)).to.include("prod.json.bak is whole, of 2026-03-20T13:00:07.000Z");
    expect(damaged.copy?.mayBeOld).to.equal(false);
    const kept = `${path(state)}.damaged-20260320T130007Z`;
    expect(restore()).to.include(kept);
    expect(readFileSync(path(state), "utf8")).to.equal(newer);
    expect(readFileSync(kept, "utf8")).to.equal(cut);
    expect(found()).to.equal(undefined);
    expect(beside()).to.deep.equal(["prod.json", "prod.json.bak", "prod.json.damaged-20260320T130007Z"]);
  });

  it("has that of the last update where the one beside it was cut too, which may be old", () => {
    write({ [state]: "{", [`${state}.bak`]: "", [update(1)]: older, [update(2)]: newer, [update(3)]: "{" });
    expect(found()?.copy).to.deep.include({ file: path(update(2)), mayBeOld: true });
  });

  it("has that of the last update where that has come to its end, and the one beside it is from before", () => {
    write({ [state]: "{", [`${state}.bak`]: older, [update(1)]: newer });
    expect(found()?.copy).to.deep.include({ file: path(update(1)), mayBeOld: false });
  });

  it("is a copy until it is known what was made since, also when the copy is damaged in its turn", () => {
    write({ [state]: "{", [`${state}.bak`]: older });
    restore();
    expect(copied()?.since).to.deep.equal(new Date("2026-03-20T12:00:00Z"));
    write({ [state]: "[", [`${state}.bak`]: newer });
    restore();
    write({ [state]: "(" });
    restore();
    const all = copied();
    expect(all?.since).to.deep.equal(new Date("2026-03-20T12:00:00Z"));
    expect(all?.kept.map((file) => readFileSync(file, "utf8"))).to.have.members(["{", "[", "("]);
    if (all) endCopied(all);
    expect(copied()).to.equal(undefined);
    expect(beside().filter((file) => file.endsWith(".done") || file.endsWith(".done-2"))).to.have.length(3);
    expect(copiedState("application", "prod", "s3://my-state")).to.equal(undefined);
  });

  it("is left as it is where the copy can't be written, or it is whole again", () => {
    write({ [state]: "{", [`${state}.bak`]: newer });
    const damaged = found();
    const copy = damaged?.copy;
    if (damaged === undefined || copy === undefined) throw new Error("it isn't found");
    // What is written first can't be written.
    symlinkSync("/nowhere/at/all", `${path(state)}.next`);
    expect(() => restoreCopy({ ...damaged, copy })).to.throw(/prod\.json is as it was, since no copy.*ENOENT/);
    expect(readFileSync(path(state), "utf8")).to.equal("{");
    expect(beside()).to.deep.equal(["prod.json", "prod.json.bak"]);
    write({ [state]: newer });
    expect(() => restoreCopy({ ...damaged, copy })).to.throw(/it is whole again/);
    expect(existsSync(`${path(state)}.next`)).to.equal(false);
    expect(copied()).to.equal(undefined);
  });
});
