import { expect } from "chai";
import { STAND_IN } from "../real-pulumi";
import { onBothEngines, Playground, real, up } from "./support";

onBothEngines("stack references and resources of the program's own", (playground) => {
  const consumer = (...args: string[]): Promise<string> => playground.mustIn("consumer", ...args);
  before(() => playground.add("consumer"));

  it("end the deployment where there is no such stack", async () => {
    playground.configure("consumer", { producer: "organization/shelf/none" });
    const { code, stdout } = await playground.start(up, {}, "consumer").finished;
    expect(code).not.to.equal(0);
    expect(stdout).to.include('unknown stack "organization/shelf/none"');
    playground.configure("consumer", { producer: "organization/shelf/test" });
  });

  it("hand over outputs, and keep secrets secret", async () => {
    await playground.up([]);
    await consumer(...up);
    const outputs = JSON.parse(await consumer("stack", "output", "--json", "--show-secrets")) as object;
    expect(outputs).to.deep.equal({ greeting: `hello ${playground.disk}/index.txt`, password: "hunter2" });
    expect(JSON.parse(await consumer("stack", "output", "--json"))).to.include({ password: "[secret]" });
    expect(await consumer("stack", "export")).not.to.include("hunter2");
    expect(await consumer("stack", "export", "--show-secrets")).to.include(
      JSON.stringify({ plaintext: '"hunter2"' }).slice(1, -1).replace(":", ": "),
    );
    await consumer(...up, "--expect-no-changes");
  });
});

describe(`a stack in other hands${real ? "" : " (skipped: no real `pulumi` on PATH)"}`, function () {
  this.timeout(600_000);
  const playground = new Playground();

  before(async function () {
    if (real === undefined) {
      this.skip();
    }
    await playground.prepare();
    await playground.add("consumer");
    playground.configure("consumer", { producer: "organization/shelf/test" });
  });
  after(() => playground.remove());

  it("is the same for the stand-in and the real command", async () => {
    playground.files([
      { name: "a", content: "one" },
      { name: "b", of: "a", secret: true },
    ]);
    for (const [index, command] of [STAND_IN, real!, STAND_IN].entries()) {
      playground.command = command;
      for (const project of ["shelf", "consumer"]) {
        await playground.mustIn(project, ...up, ...(index > 0 ? ["--expect-no-changes"] : []));
      }
      await playground.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    }
  });
});
