import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { Playground } from "./support";

describe("a stack's life with the stand-in", function () {
  this.timeout(60_000);
  const playground = new Playground();

  before(async () => {
    playground.add("shelf");
    await playground.must("shelf", "stack", "init");
    playground.configureFiles([
      { name: "a", content: "one" },
      { name: "b", of: "a" },
    ]);
  });
  after(() => playground.remove());

  it("previews with unknown values and changes nothing", async () => {
    const stateBefore = readFileSync(playground.stateFile("shelf"), "utf8");
    const output = await playground.must("shelf", "preview");
    expect(output).to.include("Previewing update (test):");
    expect(output).to.match(/ \+ {2}files:index:File a create\n/);
    expect(output).to.match(/\+ index {3}: \[unknown\]/);
    expect(output).to.match(/\+ password: \[secret\]/);
    expect(output).to.include("    + 5 to create");
    expect(playground.files()).to.deep.equal({});
    expect(readFileSync(playground.stateFile("shelf"), "utf8")).to.equal(stateBefore);
  });

  it("creates what the program declares, dependencies first", async () => {
    const output = await playground.must("shelf", "up", "--yes", "--skip-preview");
    expect(output).to.include("    + 5 created");
    expect(playground.files()).to.deep.equal({ a: "one", b: `${playground.disk}/a`, "index.txt": "" });
    const order = playground.state("shelf").resources!.map(({ urn }) => urn.split("::").at(-1));
    expect(order).to.deep.equal(["shelf-test", "folder", "default", "a", "b", "index.txt"]);
    expect(playground.resource("shelf", "index.txt")!.dependencies).to.have.length(2);
  });

  it("keeps secrets out of the state and the output", async () => {
    expect(readFileSync(playground.stateFile("shelf"), "utf8")).not.to.include("hunter2");
    expect(JSON.parse(await playground.must("shelf", "stack", "output", "--json"))).to.include({
      password: "[secret]",
    });
    const revealed = await playground.must("shelf", "stack", "output", "--json", "--show-secrets");
    expect(JSON.parse(revealed)).to.include({ password: "hunter2", index: `${playground.disk}/index.txt` });
  });

  it("does nothing when nothing changed", async () => {
    const stateBefore = playground.state("shelf").resources;
    const output = await playground.must("shelf", "up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(output).to.include("    5 unchanged").and.not.to.include("created");
    expect(playground.state("shelf").resources).to.deep.equal(stateBefore);
  });

  it("updates, replaces and deletes what changed", async () => {
    playground.configureFiles([
      { name: "a", content: "two" },
      { name: "c", of: "a" },
    ]);
    const output = await playground.must("shelf", "up", "--yes", "--skip-preview");
    expect(output).to.match(/~ {2}files:index:File a updated \(\d+\.\d\ds\) \[diff: ~content\]/);
    expect(output)
      .to.match(/\+ {2}files:index:File c created/)
      .and.to.match(/- {2}files:index:File b deleted/);
    expect(playground.files()).to.deep.equal({ a: "two", c: `${playground.disk}/a`, "index.txt": "" });
  });

  it("exports a state and imports it again", async () => {
    const exported = await playground.must("shelf", "stack", "export", "--show-secrets");
    expect(exported).to.include(`"plaintext": "\\"hunter2\\""`);
    const before = playground.state("shelf").resources;
    const running = playground.start("shelf", ["stack", "import"]);
    running.child.stdin!.end(exported);
    expect((await running.finished).code).to.equal(0);
    expect(readFileSync(playground.stateFile("shelf"), "utf8")).not.to.include("hunter2");
    expect(playground.state("shelf").resources).to.have.length(before!.length);
  });

  it("exports to the end, to whoever reads slowly", async () => {
    const file = playground.stateFile("shelf");
    const state = readFileSync(file, "utf8");
    const content = "x".repeat(1_000_000);
    writeFileSync(file, state.replaceAll(/"content": ?"two"/g, `"content": "${content}"`));
    const running = playground.start("shelf", ["stack", "export"]);
    running.child.stdout!.pause();
    setTimeout(() => running.child.stdout!.resume(), 3_000);
    const { stdout } = await running.finished;
    writeFileSync(file, state);
    expect(() => JSON.parse(stdout) as unknown).not.to.throw();
    expect(stdout).to.include(content);
  });

  it("learns of changes made elsewhere with refresh", async () => {
    rmSync(`${playground.disk}/c`);
    writeFileSync(`${playground.disk}/a`, "edited");
    const output = await playground.must("shelf", "refresh", "--yes");
    expect(output).to.include("    ~ 1 updated").and.to.include("    - 1 deleted");
    expect(playground.resource("shelf", "c")).to.equal(undefined);
    expect(playground.resource("shelf", "a")!.outputs).to.include({ content: "edited" });
  });

  it("refuses to destroy without --yes, then destroys everything", async () => {
    const refused = await playground.run("shelf", ["destroy"]);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include("--yes or --skip-preview must be passed in");
    await playground.must("shelf", "destroy", "--yes", "--skip-preview");
    expect(playground.files()).to.deep.equal({});
    expect(playground.state("shelf").resources).to.deep.equal([]);
    await playground.must("shelf", "stack", "rm", "--yes");
    expect((await playground.run("shelf", ["preview"])).stderr).to.include("no stack named 'test' found");
  });
});
