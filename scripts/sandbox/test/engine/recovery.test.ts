import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { ResourceState } from "../../engine/state/state";
import { fileUrn, nameOf, onBothEngines } from "./support";

const folder = "urn:pulumi:test::shelf::test:index:Folder::folder";
const provider = "urn:pulumi:test::shelf::pulumi:providers:files::default";
const root = "urn:pulumi:test::shelf::pulumi:pulumi:Stack::shelf-test";

/** What `make recover` asks of the command. */
onBothEngines("recovery by hand", (playground) => {
  const unasked = ["--yes", "--skip-preview"];

  /** Imports what a file lists. */
  const importing = (resources: object[], nameTable: object = { folder, provider }): string[] => {
    const file = join(playground.folder, "import.json");
    writeFileSync(file, JSON.stringify({ nameTable, resources }));
    return ["import", "--file", file, "--protect=false", "--generate-code=false", ...unasked];
  };

  const made = (name: string, id = name): object => ({
    ...{ type: "files:index:File", name, id },
    ...{ parent: "folder", provider: "provider" },
  });

  it("shows, in a preview, what a deployment would make and from what, without its secrets", async () => {
    await playground.up([{ name: "a", content: "one" }]);
    playground.files([
      { name: "a", content: "one" },
      { name: "b", resource: "user", content: "t0ken", secret: true },
    ]);
    const preview = await playground.must("preview", "--json");
    const { steps } = JSON.parse(preview) as { steps: { op: string; newState?: ResourceState }[] };
    const [{ newState }, ...others] = steps.filter(({ op }) => op === "create");
    expect(others).to.deep.equal([]);
    expect(newState).to.deep.include({
      ...{ urn: fileUrn("user"), type: "files:index:File", custom: true, parent: folder },
      inputs: { name: "b", content: "[secret]" },
      provider: playground.resource("a")?.provider,
    });
  });

  it("takes what exists into the state, from a file", async () => {
    for (const name of ["b", "c"]) {
      writeFileSync(join(playground.disk, name), name);
    }
    await playground.fails(...importing([made("nothing")]));
    expect(playground.known).not.to.include("nothing");
    await playground.must(...importing([made("b"), made("c")]));
    expect(playground.resource("c")).to.deep.include({ id: "c", inputs: { name: "c", content: "c" }, parent: folder });
    expect(playground.resource("c")?.protect ?? false).to.equal(false);
    expect((await playground.last()).slice(0, 2)).to.deep.equal(["resource-import", "succeeded"]);
    await playground.up(
      ["a", "b", "c"].map((name) => ({ name, content: name === "a" ? "one" : name })),
      "--expect-no-changes",
    );
  });

  it("imports nothing by a name that stands for another, or for none", async () => {
    expect(await playground.fails(...importing([made("b", "c")]))).to.match(/resource '\S+::b' already exists/);
    expect(await playground.fails(...importing([made("x")], { provider }))).to.include("'nameTable'");
    const inside = { ...made("y"), parent: "x" };
    const named = importing([made("x"), inside], { folder, provider, x: fileUrn("x") });
    expect(await playground.fails(...named)).to.include("ambiguous URN");
    expect(await playground.fails(...importing([inside], { provider, x: fileUrn("x") }))).to.include("unknown parent");
    expect(await playground.fails(...importing([{ ...made("x"), type: "" }]))).to.include("has no type");
    const both = [...importing([made("x")]), "files:index:File", "x", "x"];
    expect(await playground.fails(...both)).to.include("may not be specified in conjunction with an import file");
  });

  it("renames in the state, and what depends on it follows", async () => {
    await playground.up([
      { name: "a", content: "one" },
      { name: "user", of: "a" },
    ]);
    const rename = (...words: string[]): string[] => ["state", "rename", ...words, "--yes"];
    await playground.must(...rename(fileUrn("a"), "aside"));
    expect(playground.known).to.deep.equal(["aside", "index.txt", "user"]);
    expect(playground.resource("user")).to.deep.include({ dependencies: [fileUrn("aside")] });
    expect(playground.resource("user")?.propertyDependencies).to.deep.include({ content: [fileUrn("aside")] });
    expect(playground.resource("aside")).to.deep.include({ id: "a" });
    await playground.must(...rename(provider, "other"));
    expect(playground.resource("aside")?.provider).to.include("::other::");
    await playground.must(...rename(provider.replace("default", "other"), "default"));

    expect(await playground.fails(...rename(fileUrn("a"), "b"))).to.match(/no such resource/i);
    expect(await playground.fails(...rename(fileUrn("aside"), "user"))).to.include("already existing resource");
    expect(await playground.fails(...rename("aside", "b"))).to.include("URN is not valid");
    await playground.must(...rename(fileUrn("aside"), "a"));
    await playground.must("up", ...unasked, "--expect-no-changes");
  });

  it("refreshes its targets only", async () => {
    for (const name of ["a", "index.txt"]) {
      writeFileSync(join(playground.disk, name), "edited");
    }
    await playground.must("refresh", ...unasked, "--target", fileUrn("a"));
    expect(playground.resource("a")?.outputs).to.include({ content: "edited" });
    expect(playground.resource("index.txt")?.outputs).to.include({ content: "" });
    expect(await playground.fails("refresh", ...unasked, "--target", fileUrn("x"))).to.include("no resource named");
  });

  it("forgets what was being made, with the stack itself as the target", async () => {
    const before = playground.state.resources?.map(nameOf) ?? [];
    const pending = { urn: fileUrn("x"), type: "files:index:File", custom: true, parent: folder };
    playground.leave({ type: "creating", resource: pending });
    const target = ["--target", root];
    await playground.must("refresh", ...unasked, ...target);
    expect(playground.pending).to.deep.equal(["creating x"]);
    await playground.must("refresh", "--clear-pending-creates", ...unasked, ...target);
    expect(playground.pending).to.deep.equal([]);
    expect(playground.state.resources?.map(nameOf)).to.have.members(before);
    expect(playground.resource("index.txt")?.outputs).to.include({ content: "" });
  });
});
