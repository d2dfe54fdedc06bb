import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { onBothEngines, Playground } from "./support";

onBothEngines("configuration", (playground) => {
  const yaml = (): string => readFileSync(playground.configFile(), "utf8");

  it("sets, reads, lists and removes values, and keeps comments", async () => {
    writeFileSync(playground.configFile(), '# Mind the gap.\nconfig:\n  shelf:size: "1" # small\n');
    await playground.must("config", "set", "aws:region", "eu-west-1");
    await playground.must("config", "set-all", "--path", "--plaintext", "rules[0].port=443", "--plaintext", "name=x=y");
    expect(yaml()).to.include("# Mind the gap.").and.to.include("# small");
    expect(await playground.must("config", "get", "rules")).to.equal('[{"port":443}]\n');
    expect(await playground.must("config", "get", "--path", "rules[0].port")).to.equal("443\n");
    await playground.must("config", "rm", "shelf:size");
    const listed = JSON.parse(await playground.must("config", "--json")) as Record<string, object>;
    expect(Object.keys(listed)).to.deep.equal(["aws:region", "shelf:name", "shelf:rules"]);
    expect(listed["aws:region"]).to.deep.equal({ value: "eu-west-1", secret: false });
    expect(await playground.fails("config", "get", "nope")).to.include("configuration key 'nope' not found");
  });

  it("keeps secrets encrypted in the file, also inside objects, and reads them from standard input", async () => {
    const running = playground.start(["config", "set", "--secret", "password"]);
    running.child.stdin?.end("hunter2\n");
    await running.finished;
    await playground.must("config", "set", "--secret", "--path", "login.token", "t0ken");
    expect(yaml()).not.to.match(/hunter2|t0ken/);
    expect(await playground.must("config", "get", "password")).to.equal("hunter2\n");
    expect(await playground.must("config", "get", "login")).to.equal('{"token":"t0ken"}\n');
    const listed = async (...args: string[]) =>
      (JSON.parse(await playground.must("config", "--json", ...args)) as Record<string, object>)["shelf:password"];
    expect(await listed()).to.deep.equal({ secret: true });
    expect(await listed("--show-secrets")).to.deep.equal({ value: "hunter2", secret: true });
  });

  it("selects and makes stacks", async () => {
    expect(await playground.fails("stack", "init")).to.include("already exists");
    await playground.must("stack", "select", "--create");
    const { stderr } = await playground.start(["stack", "init", "--secrets-provider", "nothing"]).finished;
    expect(stderr).to.include("nothing");
  });
});

describe("what the stand-in lacks", function () {
  this.timeout(60_000);
  const playground = new Playground();
  before(() => playground.prepare());
  after(() => playground.remove());

  it("is an error that names the real command", async () => {
    const lacking = [["logs"], ["up", "--frob"], ["state", "unprotect", "x"], ["import", "a", "b", "c"]];
    for (const args of [...lacking, ["stack", "init", "x", "--secrets-provider", "awskms://alias/x"]]) {
      expect(await playground.fails(...args))
        .to.include("stand-in")
        .and.include("The real command does");
    }
    writeFileSync(join(playground.folder, "shelf", "Pulumi.yaml"), "name: shelf\nruntime: python\n");
    expect(await playground.fails("preview")).to.include("the runtime 'python'");
  });
});
