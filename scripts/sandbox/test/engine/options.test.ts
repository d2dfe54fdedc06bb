import { expect } from "chai";
import { destroy, onBothEngines, up } from "./support";

onBothEngines("resource options", (playground) => {
  const changes = async (): Promise<object> => (await playground.last())[2];

  it("dependsOn: one after the other", async () => {
    await playground.up([
      { name: "first", delayMs: 300 },
      { name: "second", options: { dependsOn: ["first"] } },
    ]);
    expect(playground.log().slice(0, 2)).to.deep.equal(["create first", "create second"]);
  });

  it("ignoreChanges keeps what is there", async () => {
    await playground.up([{ name: "a", content: "one" }]);
    playground.log();
    await playground.up([{ name: "a", content: "two", options: { ignoreChanges: ["content"] } }]);
    expect([playground.log(), playground.resource("a")?.inputs?.["content"]]).to.deep.equal([[], "one"]);
    // Where the provider doesn't name what changed, replaceOnChanges has no say.
    await playground.up([{ name: "a", content: "two", options: { replaceOnChanges: ["content"] } }]);
    expect(playground.log()).to.deep.equal(["update a"]);
  });

  it("deleteBeforeReplace: the old one goes first", async () => {
    const chain = (name: string) => [
      { resource: "a", name, options: { deleteBeforeReplace: true } },
      { name: "user", of: "a" },
      { name: "bystander", options: { dependsOn: ["a"] } },
    ];
    await playground.up(chain("a"));
    playground.log();
    await playground.up(chain("a2"));
    expect(playground.log()).to.deep.equal(["delete a", "create a2", "update user"]);
    expect(await changes()).to.deep.equal({ replace: 1, same: 4, update: 1 });
  });

  it("aliases: a renamed resource stays, and what depends on it follows", async () => {
    const user = { name: "user", of: "old" };
    await playground.up([{ resource: "old", name: "file" }, user]);
    playground.log();
    await playground.up([
      { resource: "new", name: "file", options: { aliases: [{ name: "old" }] } },
      { ...user, of: "new" },
    ]);
    expect([playground.log(), playground.known]).to.deep.equal([[], ["index.txt", "new", "user"]]);
  });

  it("retainOnDelete and deletedWith: forgets without deleting", async () => {
    await playground.up([
      { name: "kept", options: { retainOnDelete: true } },
      { name: "parent" },
      { name: "inside", options: { deletedWith: "parent", dependsOn: ["parent"] } },
    ]);
    playground.log();
    await playground.up([]);
    expect(playground.log()).to.deep.equal(["delete parent"]);
    expect([playground.disks, playground.known]).to.deep.equal([["index.txt", "inside", "kept"], ["index.txt"]]);
  });

  it("protect: neither replaced nor deleted, until the program says otherwise", async () => {
    const precious = { name: "precious", options: { protect: true } };
    await playground.up([precious, { name: "other" }]);
    playground.files([{ ...precious, resource: "precious", name: "precious2" }]);
    expect(await playground.fails(...up)).to.include("unable to replace resource");
    playground.files([{ name: "other" }]);
    expect(await playground.fails(...up)).to.match(/::precious" cannot be deleted\s+because it is protected/);
    await playground.fails(...destroy);
    expect(playground.disks).to.include("precious").and.not.to.include("index.txt");
    expect(playground.known).to.include("precious");
    await playground.up([{ name: "precious" }]);
    await playground.up([]);
    expect(playground.known).to.deep.equal(["index.txt"]);
  });
});
