import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { driftedIn, type RefreshPreview } from "../../../pulumi/drift";
import { destroy, fileUrn, onBothEngines, up } from "./support";

interface Preview {
  steps: { op: string; urn: string }[];
  changeSummary: object;
}

onBothEngines("a stack's life", (playground) => {
  const preview = async (...args: string[]): Promise<Preview> =>
    JSON.parse(await playground.must("preview", "--json", ...args)) as Preview;
  const two = [
    { name: "a", content: "one" },
    { name: "b", of: "a" },
  ];

  it("previews what isn't known yet, and changes nothing", async () => {
    playground.files(two);
    const before = playground.stateText;
    expect((await preview()).changeSummary).to.deep.equal({ create: 5 });
    expect([playground.disks, playground.stateText]).to.deep.equal([[], before]);
  });

  it("creates what the program declares, dependencies first", async () => {
    await playground.up(two);
    expect(playground.log()).to.deep.equal(["create a", "create b", "create index.txt"]);
    expect(playground.content("b")).to.equal(join(playground.disk, "a"));
    expect(await playground.last()).to.deep.equal(["update", "succeeded", { create: 5 }]);
    expect(playground.resource("index.txt")?.dependencies).to.have.members([fileUrn("a"), fileUrn("b")]);
    expect(playground.resource("b")?.propertyDependencies).to.deep.include({ content: [fileUrn("a")] });
  });

  it("keeps secrets out of the state, and shows them when asked to", async () => {
    await playground.up([
      { name: "a", content: "one" },
      { name: "b", of: "a" },
      { name: "c", content: "t0ken", secret: true },
    ]);
    expect(playground.stateText).not.to.match(/hunter2|t0ken/);
    expect(playground.content("c")).to.equal("t0ken");
    const outputs = async (...args: string[]): Promise<unknown> =>
      JSON.parse(await playground.must("stack", "output", "--json", ...args));
    expect(await outputs()).to.include({ password: "[secret]", index: join(playground.disk, "index.txt") });
    expect(await outputs("--show-secrets")).to.include({ password: "hunter2" });
    expect(await playground.must("stack", "output", "index")).to.equal(`${join(playground.disk, "index.txt")}\n`);
  });

  it("has nothing to do the second time, and says so when something has", async () => {
    await playground.must(...up, "--expect-no-changes");
    expect(await playground.last()).to.deep.equal(["update", "succeeded", { same: 6 }]);
    playground.files(two);
    await playground.fails("preview", "--expect-no-changes");
  });

  it("updates, replaces and deletes: the replacement is there before the old one goes", async () => {
    playground.log();
    playground.files([{ resource: "a", name: "a2", content: "one" }, two[1]]);
    expect((await preview()).changeSummary).to.deep.equal({ delete: 1, replace: 1, same: 3, update: 1 });
    await playground.must(...up);
    expect(await playground.last()).to.deep.equal([
      "update",
      "succeeded",
      { delete: 1, replace: 1, same: 3, update: 1 },
    ]);
    expect(playground.log().slice(0, 2)).to.deep.equal(["create a2", "update b"]);
    expect(playground.disks).to.deep.equal(["a2", "b", "index.txt"]);
  });

  it("changes only targets, and what is gone only among them", async () => {
    playground.log();
    const files = [{ resource: "a", name: "a2", content: "two" }, { name: "new" }, { name: "other" }];
    await playground.up(files, "--target", fileUrn("a"), "--target", fileUrn("new"));
    expect(playground.log()).to.have.members(["update a2", "create new"]);
    expect(playground.known).to.deep.equal(["a", "b", "index.txt", "new"]);
    await playground.up(files.slice(0, 1), "--target", fileUrn("b"), "--target", fileUrn("new"));
    expect(playground.log()).to.deep.equal(["delete new"]); // index.txt, which isn't a target, still needs b
    expect(await playground.fails(...up, "--target", fileUrn("nothing"))).to.include("could not be found in the stack");
  });

  it("shows changes made elsewhere as `make drift` reads them, and keeps its state", async () => {
    const drift = async (): Promise<object[]> => {
      const text = await playground.must("refresh", "--preview-only", "--json");
      return driftedIn("application", JSON.parse(text) as RefreshPreview).map(({ name, gone }) => ({ name, gone }));
    };
    await playground.up([{ name: "a", content: "one" }, { name: "c" }]);
    const before = await playground.must("stack", "export");
    writeFileSync(join(playground.disk, "a"), "edited");
    rmSync(join(playground.disk, "c"));
    const found = await drift();
    // The provider says that the other file differs, and not in what: the real command only counts it then.
    expect(found).to.have.lengthOf(2);
    expect(found).to.deep.include({ name: "c", gone: true });
    expect(await playground.must("stack", "export")).to.equal(before);
    writeFileSync(join(playground.disk, "c"), "");
  });

  it("learns of changes made elsewhere with refresh, and puts them right", async () => {
    await playground.up([{ name: "a", content: "one" }, { name: "c" }]);
    rmSync(join(playground.disk, "c"));
    writeFileSync(join(playground.disk, "a"), "edited");
    await playground.must("refresh", "--yes", "--skip-preview");
    expect(await playground.last()).to.deep.equal(["refresh", "succeeded", { delete: 1, same: 3, update: 1 }]);
    expect(playground.resource("a")?.outputs).to.include({ content: "edited" });
    expect(playground.resource("index.txt")?.dependencies).to.deep.equal([fileUrn("a")]);
    await playground.must(...up);
    writeFileSync(join(playground.disk, "a"), "edited again");
    await playground.must(...up, "--refresh");
    expect([playground.content("a"), playground.disks]).to.deep.equal(["one", ["a", "c", "index.txt"]]);
  });

  it("exports a state and imports it again", async () => {
    const file = join(playground.folder, "state.json");
    await playground.must("stack", "export", "--file", file);
    const before = playground.known;
    await playground.must(...destroy);
    await playground.must("stack", "import", "--file", file);
    expect(playground.known).to.deep.equal(before);
    await playground.up([{ name: "a", content: "one" }, { name: "c" }], "--refresh");
  });

  it("destroys dependents first, and removes only a stack without resources", async () => {
    await playground.up(two);
    playground.log();
    expect(await playground.fails("stack", "rm", "--yes")).to.include("still has resources");
    expect(await playground.fails("destroy")).to.match(/--yes or --skip-preview.* must be passed in/);
    await playground.must(...destroy);
    expect(playground.log()).to.deep.equal(["delete index.txt", "delete b", "delete a"]);
    expect(await playground.last()).to.deep.equal(["destroy", "succeeded", { delete: 5 }]);
    await playground.must("stack", "rm", "--yes");
    expect(await playground.fails("preview")).to.include("no stack named 'test' found");
  });
});
