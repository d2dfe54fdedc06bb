import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { getAt, parsePath, resetTo, setAt } from "../../engine/paths";
import { loadProject } from "../../engine/project";
import { Playground } from "./support";

describe("configuration commands", function () {
  this.timeout(60_000);
  const playground = new Playground();
  const yaml = (): string => readFileSync(playground.configFile("shelf"), "utf8");

  before(async () => {
    playground.add("shelf");
    await playground.must("shelf", "stack", "init");
  });
  after(() => playground.remove());

  it("sets, reads, lists and removes values, and keeps comments", async () => {
    writeFileSync(playground.configFile("shelf"), `${yaml()}# Mind the gap.\nconfig:\n  shelf:size: "1" # small\n`);
    await playground.must("shelf", "config", "set", "aws:region", "eu-west-1");
    await playground.must("shelf", "config", "set", "--path", "rules[0].port", "443");
    expect(yaml()).to.include("# Mind the gap.").and.to.include("# small");
    expect(await playground.must("shelf", "config", "get", "rules")).to.equal('[{"port":443}]\n');
    expect(await playground.must("shelf", "config", "get", "--path", "rules[0].port")).to.equal("443\n");
    await playground.must("shelf", "config", "rm", "shelf:size");
    expect(JSON.parse(await playground.must("shelf", "config", "--json"))).to.deep.equal({
      "aws:region": { value: "eu-west-1", secret: false },
      "shelf:rules": { value: '[{"port":443}]', secret: false, objectValue: [{ port: 443 }] },
    });
  });

  it("keeps secrets encrypted in the file, also inside objects", async () => {
    await playground.must("shelf", "config", "set", "--secret", "password", "hunter2");
    await playground.must("shelf", "config", "set", "--secret", "--path", "login.token", "t0ken");
    expect(yaml()).not.to.match(/hunter2|t0ken/);
    expect(await playground.must("shelf", "config", "get", "password")).to.equal("hunter2\n");
    expect(await playground.must("shelf", "config", "get", "login")).to.equal('{"token":"t0ken"}\n');
    expect(await playground.must("shelf", "config")).to.match(/^password +\[secret\]$/m);
  });

  it("tells what is missing or unknown", async () => {
    expect((await playground.run("shelf", ["config", "get", "nope"])).stderr).to.include(
      "configuration key 'nope' not found",
    );
    const { code, stderr } = await playground.run("shelf", ["up", "--frob"]);
    expect(code).to.equal(1);
    expect(stderr).to.include("'--frob'").and.to.include("--skip-preview/-f");
    expect((await playground.run("shelf", ["logs"])).stderr).to.match(
      /unknown command 'logs'.*knows stack, config, preview, up/,
    );
  });
});

describe("property paths", () => {
  it("reads and sets places inside values", () => {
    expect(parsePath('a.b[0]["c.d"].*')).to.deep.equal(["a", "b", 0, "c.d", "*"]);
    expect(getAt({ a: { b: [{ c: 1 }] } }, parsePath("a.b[0].c"))).to.equal(1);
    expect(setAt({ a: { b: 1 } }, parsePath("a.list[0].x"), true)).to.deep.equal({ a: { b: 1, list: [{ x: true }] } });
    expect(setAt({ a: { b: 1, c: 2 } }, parsePath("a.b"), undefined)).to.deep.equal({ a: { c: 2 } });
    expect(() => setAt({}, parsePath("list[2]"), 1)).to.throw("index 2 is out of range");
    expect(() => parsePath("a[")).to.throw("invalid property path 'a['");
  });

  it("resets places to their old value", () => {
    const [olds, news] = [
      { tags: { a: 1, b: 2 }, n: [1, 2] },
      { tags: { a: 9, c: 3 }, n: [7, 8] },
    ];
    expect(resetTo(olds, news, parsePath("tags.a"))).to.deep.equal({ tags: { a: 1, c: 3 }, n: [7, 8] });
    expect(resetTo(olds, news, parsePath("tags.*"))).to.deep.equal({ tags: { a: 1, b: 2 }, n: [7, 8] });
    expect(resetTo(olds, news, parsePath("n[1]"))).to.deep.equal({ tags: { a: 9, c: 3 }, n: [7, 2] });
  });
});

describe("project files", () => {
  it("reads what the engine needs and says what is wrong", () => {
    const playground = new Playground();
    playground.add("shelf");
    const folder = join(playground.folder, "shelf");
    const project = loadProject(join(folder, "."));
    expect([project.name, project.main]).to.deep.equal(["shelf", join(folder, "index.ts")]);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: x\nruntime: python\n");
    expect(() => loadProject(folder)).to.throw("runtime must be nodejs, found python");
    expect(() => loadProject(playground.folder)).to.throw("no Pulumi.yaml project file found");
    playground.remove();
  });
});
