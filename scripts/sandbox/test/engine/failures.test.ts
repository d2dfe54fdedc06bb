import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Playground, until } from "./support";

/** Long enough to interrupt a step, short enough to wait for its end. */
const SLOW_MS = 2500;
/** For a step whose end nobody waits for. */
const ENDLESS_MS = 600_000;

describe("the stand-in when something goes wrong", function () {
  this.timeout(60_000);
  let playground: Playground;

  beforeEach(async () => {
    playground = new Playground();
    playground.add("shelf");
    await playground.must("shelf", "stack", "init");
  });
  afterEach(() => playground.remove());

  const up = ["up", "--yes", "--skip-preview"];

  it("goes on with what is independent of a failure, skips the rest and deletes nothing", async () => {
    playground.configureFiles([{ name: "old" }]);
    await playground.must("shelf", ...up);
    playground.configureFiles([
      { name: "bad", broken: true },
      { name: "needs-bad", of: "bad" },
      { name: "strange", type: "files:index:Unheard" },
      { name: "good" },
    ]);
    const { code, stdout } = await playground.run("shelf", up);
    expect(code).to.equal(1);
    expect(stdout).to.include("error: bad: the disk refuses bad");
    expect(stdout).to.match(/error: strange: .*files:index:Unheard/);
    expect(stdout).to.include("    2 errored").and.not.to.include("needs-bad");
    expect(Object.keys(playground.files()).sort()).to.deep.equal(["good", "index.txt", "old"]);
    expect(playground.state("shelf").pending_operations).to.equal(undefined);
  });

  it("deletes nothing and keeps the outputs when the program fails", async () => {
    const outputs = (): Promise<string> => playground.must("shelf", "stack", "output", "--json");
    playground.configureFiles([{ name: "old" }]);
    await playground.must("shelf", ...up);
    const before = await outputs();
    expect(Object.keys(JSON.parse(before) as object)).to.have.lengthOf.at.least(1);
    playground.configureFiles([{ name: "new" }], { fail: true });
    const { code, stdout } = await playground.run("shelf", up);
    expect(code).to.equal(1);
    expect(stdout).to.include("the program gives up");
    expect(playground.files()).to.have.property("old");
    expect(playground.resource("shelf", "old")).not.to.equal(undefined);
    expect(await outputs()).to.equal(before);
  });

  it("names a resource option that it doesn't have, instead of passing over it", async () => {
    playground.configureFiles([{ name: "a", import: "a" }]);
    const { code, stdout } = await playground.run("shelf", up);
    expect(code).to.equal(1);
    expect(stdout).to.include("error: files:index:File 'a' uses what the sandbox doesn't support: import");
    expect(playground.files()).not.to.have.property("a");
  });

  it("refuses to delete what is protected, and then deletes nothing at all", async () => {
    playground.configureFiles([{ name: "precious", protect: true }, { name: "other" }]);
    await playground.must("shelf", ...up);
    const { code, stdout } = await playground.run("shelf", ["destroy", "--yes", "--skip-preview"]);
    expect(code).to.equal(1);
    expect(stdout).to.match(/cannot be deleted because of `protect`: 'urn:.*::precious'/);
    expect(Object.keys(playground.files()).sort()).to.deep.equal(["index.txt", "other", "precious"]);
  });

  it("refuses a wrong passphrase and a missing one before anything happens", async () => {
    playground.configureFiles([{ name: "a" }]);
    const before = readFileSync(playground.stateFile("shelf"), "utf8");
    const wrong = await playground.run("shelf", up, { PULUMI_CONFIG_PASSPHRASE: "wrong" });
    expect([wrong.code, wrong.stderr]).to.deep.equal([1, "error: incorrect passphrase\n"]);
    const missing = await playground.run("shelf", up, { PULUMI_CONFIG_PASSPHRASE: undefined });
    expect(missing.stderr).to.include("passphrase must be set with PULUMI_CONFIG_PASSPHRASE");
    const file = join(playground.folder, "passphrase");
    writeFileSync(file, "pass\n");
    const env = { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: file };
    expect((await playground.run("shelf", ["config", "get", "password"], env)).stdout).to.equal("hunter2\n");
    expect(playground.files()).to.deep.equal({});
    expect(readFileSync(playground.stateFile("shelf"), "utf8")).to.equal(before);
  });

  it("names who holds the lock, and resumes after kill -9 without making anything twice", async () => {
    playground.configureFiles([{ name: "slow", delayMs: ENDLESS_MS }]);
    const killed = playground.start("shelf", up);
    await until(() => "slow" in playground.files(), "the slow file");

    const second = await playground.run("shelf", up);
    expect(second.code).to.equal(1);
    expect(second.stderr).to.include("the stack is currently locked by 1 lock(s)");
    expect(second.stderr).to.include(`(pid ${killed.child.pid})`);

    killed.child.kill("SIGKILL");
    await killed.finished;
    expect(playground.resource("shelf", "slow")).to.equal(undefined);
    expect(playground.state("shelf").pending_operations).to.have.length(1);

    playground.configureFiles([{ name: "slow" }]);
    expect(await playground.must("shelf", ...up)).to.include("files:index:File slow created");
    expect(playground.resource("shelf", "slow")!.id).to.equal("slow");
    expect(playground.state("shelf").pending_operations).to.equal(undefined);
  });

  it("removes what a killed deployment made and nothing declares any more", async () => {
    playground.configureFiles([{ name: "slow", delayMs: SLOW_MS }]);
    const killed = playground.start("shelf", up);
    await until(() => "slow" in playground.files(), "the slow file");
    killed.child.kill("SIGKILL");
    await killed.finished;
    const output = await playground.must("shelf", "destroy", "--yes", "--skip-preview");
    expect(output).to.match(/warning: an interrupted deployment was creating it/);
    expect(playground.files()).to.deep.equal({});
    expect(playground.state("shelf").resources).to.deep.equal([]);
  });

  it("finishes the running step on SIGINT, keeps it in the state and unlocks the stack", async () => {
    playground.configureFiles([
      { name: "slow", delayMs: SLOW_MS },
      { name: "never", of: "slow" },
    ]);
    const interrupted = playground.start("shelf", up);
    await until(() => "slow" in playground.files(), "the slow file");
    interrupted.child.kill("SIGINT");
    const { code, stdout } = await interrupted.finished;
    expect(code).to.equal(1);
    expect(stdout).to.include("error: cancelled").and.to.include("files:index:File slow created");
    expect(playground.resource("shelf", "slow")!.outputs).to.include({ path: `${playground.disk}/slow` });
    expect(playground.files()).not.to.have.property("never");
    expect(existsSync(join(playground.folder, "backend/.pulumi/locks/organization/shelf/test"))).to.equal(true);
    expect(await playground.must("shelf", "cancel", "--yes")).to.include("canceled");
  });
});
