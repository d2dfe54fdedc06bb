import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { Backend } from "../../engine/backend";
import { StackReferences } from "../../engine/stack-references";
import type { Checkpoint } from "../../engine/state";
import { Playground } from "./support";

describe("stack references and dynamic resources", function () {
  this.timeout(60_000);
  const playground = new Playground();
  const up = ["up", "--yes", "--skip-preview"];

  before(async () => {
    for (const project of ["shelf", "consumer"]) {
      playground.add(project);
      await playground.must(project, "stack", "init");
    }
    playground.configureFiles([]);
    playground.configure("consumer", { producer: "organization/shelf/test" });
  });
  after(() => playground.remove());

  it("need a stack: one that was never deployed has no outputs", async () => {
    const read = (stack: string): Promise<unknown> =>
      new StackReferences(new Backend(`file://${playground.folder}/backend`))
        .invoke({ name: `organization/shelf/${stack}` })
        .then(({ outputs }) => outputs, String);
    expect(await read("none")).to.equal('Error: unknown stack "organization/shelf/none"');
    expect(await read("test")).to.deep.equal({});
  });

  it("end the deployment where there is no such stack", async () => {
    playground.configure("consumer", { producer: "organization/shelf/none" });
    const { code, stdout } = await playground.run("consumer", up);
    expect(code).to.equal(1);
    expect(stdout).to.include('unknown stack "organization/shelf/none"');
    playground.configure("consumer", { producer: "organization/shelf/test" });
  });

  it("hands over outputs, keeps secrets secret, and runs a resource of the program's own", async () => {
    await playground.must("shelf", ...up);
    await playground.must("consumer", ...up);
    expect(JSON.parse(await playground.must("consumer", "stack", "output", "--json", "--show-secrets"))).to.deep.equal({
      greeting: `hello ${playground.disk}/index.txt`,
      password: "hunter2",
    });
    expect(JSON.parse(await playground.must("consumer", "stack", "output", "--json"))).to.include({
      password: "[secret]",
    });
    expect(readFileSync(playground.stateFile("consumer"), "utf8")).not.to.include("hunter2");
    expect(playground.resource("consumer", "producer")!.external).to.equal(true);
  });

  it("finds nothing to do the second time", async () => {
    expect(await playground.must("consumer", "up", "-y", "-f", "--expect-no-changes")).to.include("    2 unchanged");
  });

  it("needs the passphrase of the other stack, even where none of its outputs is secret", async () => {
    const state = playground.stateFile("shelf");
    const checkpoint = JSON.parse(readFileSync(state, "utf8")) as Checkpoint;
    const root = checkpoint.checkpoint.latest!.resources!.find(({ type }) => type === "pulumi:pulumi:Stack")!;
    root.outputs = { plain: 1 };
    writeFileSync(state, JSON.stringify(checkpoint));
    const references = new StackReferences(new Backend(`file://${playground.folder}/backend`));
    const inherited = process.env.PULUMI_CONFIG_PASSPHRASE;
    process.env.PULUMI_CONFIG_PASSPHRASE = "another";
    try {
      const name = "organization/shelf/test";
      const refused = await references.read("", name, { inputs: { name } }).then(() => "", String);
      expect(refused).to.include(`the secrets of stack '${name}' can't be read: incorrect passphrase`);
    } finally {
      if (inherited === undefined) delete process.env.PULUMI_CONFIG_PASSPHRASE;
      else process.env.PULUMI_CONFIG_PASSPHRASE = inherited;
    }
  });
});
