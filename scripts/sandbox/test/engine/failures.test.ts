import { expect } from "chai";
import { onBothEngines, up } from "./support";

onBothEngines("a deployment that fails", (playground) => {
  it("starts nothing after a failure, deletes nothing, and has no operation pending", async () => {
    await playground.up([{ name: "old" }]);
    playground.files([
      { name: "bad", broken: "absent" },
      { name: "after", options: { dependsOn: ["bad"] } },
    ]);
    expect(await playground.fails(...up)).to.include("the disk refuses bad");
    expect([playground.disks, playground.known, playground.pending]).to.deep.equal([
      ["index.txt", "old"],
      ["index.txt", "old"],
      [],
    ]);
    expect((await playground.last())[1]).to.equal("failed");
  });

  it("keeps what exists but isn't in order, and tries again", async () => {
    playground.files([
      { name: "half", broken: "incomplete" },
      { name: "needs", of: "half" },
    ]);
    expect(await playground.fails(...up)).to.include("half isn't in order: incomplete");
    expect(playground.resource("half")).to.deep.include({
      id: "half",
      initErrors: ["half isn't in order: incomplete"],
    });
    expect(playground.disks).not.to.include("needs");
    playground.log();
    await playground.up([{ name: "half" }]);
    expect(playground.log()).to.deep.equal(["update half", "delete old"]);
    expect(playground.resource("half")?.initErrors).to.equal(undefined);
  });

  it("keeps the old outputs and resources when the program fails", async () => {
    const outputs = (): Promise<string> => playground.must("stack", "output", "--json");
    const before = await outputs();
    playground.files([{ name: "new" }], { fail: true });
    expect(await playground.fails(...up)).to.include("the program gives up");
    expect(playground.disks).to.include("half");
    expect(await outputs()).to.equal(before);
  });

  it("names the resource that its provider refuses", async () => {
    playground.files([{ name: "strange", type: "files:index:Unheard" }]);
    expect(await playground.fails(...up))
      .to.match(/Unheard.*strange/)
      .and.to.include("no such type");
  });

  it("does nothing with a wrong passphrase", async () => {
    const before = playground.stateText;
    const { code, stderr } = await playground.start(up, { PULUMI_CONFIG_PASSPHRASE: "wrong" }).finished;
    expect([code, playground.stateText]).to.deep.equal([code || 1, before]);
    expect(stderr).to.include("incorrect passphrase");
  });
});
