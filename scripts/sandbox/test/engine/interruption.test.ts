import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { destroy, type FileSettings, fileUrn, onBothEngines, until, up } from "./support";

/** For a step whose end nobody waits for. */
const endless = 600_000;

onBothEngines("a deployment that is interrupted", (playground) => {
  const slow: FileSettings = { name: "slow", delayMs: endless };
  const refresh = ["refresh", "--yes", "--skip-preview"];
  const folder = `folder=${fileUrn("x").replace(/::test:index:Folder.*/, "::test:index:Folder::folder")}`;
  const import_ = [
    "import",
    "--generate-code=false",
    "--yes",
    "--skip-preview",
    "--parent",
    folder,
    "files:index:File",
  ];

  /** Starts a command, and kills it when something is pending and has begun. */
  async function killed(args: string[], operation: string, hasBegun = () => playground.disks.includes("slow")) {
    const running = playground.start(args);
    await until(() => playground.pending.includes(operation) && hasBegun(), operation);
    running.child.kill("SIGKILL");
    await running.finished;
  }

  it("locks the stack, and names who holds the lock", async () => {
    await playground.up([{ name: "a" }]);
    playground.files([{ name: "a" }, slow]);
    const running = playground.start(up);
    await until(() => playground.pending.includes("creating slow") && playground.disks.includes("slow"), "the file");
    expect(await playground.fails(...up))
      .to.include("the stack is currently locked by 1 lock(s)")
      .and.include(`(pid ${running.child.pid})`);
    running.child.kill("SIGKILL");
    await running.finished;
  });

  it("is killed: program and plugins end within seconds; lock and pending operation stay", async () => {
    await until(() => playground.processes.length === 0, `the end of ${playground.processes.join("; ")}`);
    expect([playground.pending, playground.known]).to.deep.equal([["creating slow"], ["a", "index.txt"]]);
    expect(await playground.fails(...up)).to.include("currently locked");
    await playground.must("preview");
    await playground.must("cancel", "--yes");
    expect(playground.locks).to.deep.equal([]);
  });

  it("warns of the pending creation, and meets what was made", async () => {
    const output = await playground.fails(...up);
    expect(output).to.include("with 1 pending operations from previous deployment");
    expect(output)
      .to.include(`${fileUrn("slow")}, interrupted while creating`)
      .and.include("slow exists already");
    await playground.must(...refresh);
    expect(playground.pending).to.deep.equal(["creating slow"]);
  });

  it("takes what was made into the state with import, where its parent is known", async () => {
    expect(await playground.fails(...import_, "nothing", "nothing")).to.include("nothing");
    await playground.must(...import_, "slow", "slow", "--protect=false");
    expect(playground.resource("slow")).to.deep.include({ id: "slow", parent: folder.slice("folder=".length) });
    expect((await playground.last()).slice(0, 2)).to.deep.equal(["resource-import", "succeeded"]);
    expect(playground.pending).to.deep.equal(["creating slow"]);
    await playground.must(...refresh, "--clear-pending-creates");
    expect(playground.pending).to.deep.equal([]);
    await playground.up([{ name: "a" }, { name: "slow" }], "--expect-no-changes");
  });

  it("forgets, in a refresh, an update that was killed", async () => {
    playground.files([{ name: "a" }, { ...slow, content: "new" }]);
    await killed(up, "updating slow", () => playground.content("slow") === "new");
    await playground.must("cancel", "--yes");
    await playground.must(...refresh);
    expect([playground.pending, playground.resource("slow")?.outputs?.["content"]]).to.deep.equal([[], "new"]);
  });

  it("goes on after a deletion that was killed", async () => {
    await playground.up([{ name: "a" }, { name: "slow", leaveMs: endless }]);
    playground.files([{ name: "a" }]);
    await killed(up, "deleting slow");
    await playground.must("cancel", "--yes");
    expect(await playground.must("up", "--yes", "--skip-preview", "--target", fileUrn("a"))).to.include(
      "interrupted while deleting",
    );
    expect([playground.pending, playground.known]).to.deep.equal([[], ["a", "index.txt", "slow"]]);
    await playground.up([{ name: "a" }, { name: "slow" }]);
    await playground.up([{ name: "a" }]);
  });

  it("doesn't take in what --import-pending-creates names, but forgets it", async () => {
    playground.files([{ name: "a" }, slow]);
    await killed(up, "creating slow");
    await playground.must("cancel", "--yes");
    const urn = fileUrn("slow");
    const pair = ["--import-pending-creates", urn, "--import-pending-creates", "slow"];
    await playground.must(...refresh, ...pair);
    expect([playground.pending, playground.known]).to.deep.equal([[], ["a", "index.txt"]]);
    expect(await playground.fails(...up)).to.include("slow exists already");
  });

  it("ends in order on one signal: the running step is asked to end, and the state is complete", async () => {
    rmSync(join(playground.disk, "slow"));
    playground.files([{ name: "a" }, slow, { name: "after", of: "slow" }]);
    const running = playground.start(up);
    await until(() => playground.disks.includes("slow"), "the file");
    running.child.kill("SIGINT");
    expect((await running.finished).code).not.to.equal(0);
    expect(playground.resource("slow")).to.deep.include({ id: "slow", initErrors: ["slow isn't in order: cancelled"] });
    expect([playground.pending, playground.locks, playground.disks.includes("after")]).to.deep.equal([[], [], false]);
  });

  it("ends at once on the second signal: the pending operation stays", async () => {
    playground.files([{ name: "a" }, { name: "slow" }, { name: "deaf", delayMs: endless, broken: "deaf" }]);
    const running = playground.start(up);
    let output = "";
    running.child.stdout?.on("data", (text: string) => (output += text));
    await until(() => playground.disks.includes("deaf"), "the file");
    running.child.kill("SIGTERM");
    await until(() => /cancelling/i.test(output), "the answer to the signal");
    running.child.kill("SIGTERM");
    expect((await running.finished).code).not.to.equal(0);
    expect(playground.pending).to.include("creating deaf");
    expect(playground.locks).to.deep.equal([]);
    await playground.must(...refresh, "--clear-pending-creates");
    await playground.must(...destroy);
    expect([playground.pending, playground.known]).to.deep.equal([[], []]);
  });
});
