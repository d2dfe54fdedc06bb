import { join } from "node:path";
import { expect } from "chai";
import { realPulumi, STAND_IN } from "../real-pulumi";
import { Playground } from "./support";

const folder = realPulumi();
const real = folder && join(folder, "pulumi");

describe(`the stand-in and the real command${real ? "" : " (skipped: no real `pulumi` on PATH)"}`, function () {
  this.timeout(180_000);
  const projects = ["shelf", "consumer"];
  const up = ["up", "--yes", "--skip-preview"];
  let playground: Playground;

  before(function () {
    if (!real) this.skip();
  });
  beforeEach(() => {
    playground = new Playground();
    for (const project of projects) playground.add(project);
    playground.configureFiles([
      { name: "a", content: "one" },
      { name: "b", of: "a", secret: true },
    ]);
    playground.configure("consumer", { producer: "organization/shelf/test" });
  });
  afterEach(() => playground?.remove());

  /** Deploys with one command and has the other find nothing to do, and the first again after it. */
  async function handOver(from: string, to: string): Promise<void> {
    playground.command = from;
    for (const project of projects) {
      await playground.must(project, "stack", "init");
      await playground.must(project, ...up);
    }
    const outputs = await playground.must("consumer", "stack", "output", "--json", "--show-secrets");
    playground.command = to;
    for (const project of projects) {
      await playground.must(project, ...up, "--expect-no-changes");
    }
    expect(await playground.must("consumer", "stack", "output", "--json", "--show-secrets")).to.equal(outputs);
    expect(await playground.must("shelf", "config", "get", "password")).to.equal("hunter2\n");
    playground.command = from;
    await playground.must("consumer", "preview", "--expect-no-changes");
  }

  it("reads and keeps stacks of the real command", () => handOver(real!, STAND_IN));

  it("makes stacks that the real command reads and keeps", () => handOver(STAND_IN, real!));

  it("changes a stack as the real command does", async () => {
    const results: unknown[] = [];
    for (const command of [STAND_IN, real!]) {
      playground.command = command;
      playground.configureFiles([
        { name: "a", content: "one" },
        { name: "b", of: "a" },
      ]);
      await playground.must("shelf", "stack", "init");
      await playground.must("shelf", ...up);
      playground.configureFiles([
        { name: "a", content: "two" },
        { name: "c", of: "a" },
      ]);
      const output = await playground.must("shelf", ...up);
      const counts = output.match(/^ {4}(. \d+ \w+|.*\d+ unchanged)$/gm);
      const resources = playground.state("shelf").resources!.map(({ urn, inputs, outputs, dependencies, parent }) => ({
        urn,
        inputs,
        outputs,
        dependencies,
        parent,
      }));
      results.push({ counts, files: playground.files(), resources: JSON.stringify(resources, withoutCiphertext) });
      await playground.must("shelf", "destroy", "--yes", "--skip-preview");
      await playground.must("shelf", "stack", "rm", "--yes", "--preserve-config");
    }
    expect(results[0]).to.deep.equal(results[1]);
  });

  it("exports what the real command imports", async () => {
    await playground.must("shelf", "stack", "init");
    await playground.must("shelf", ...up);
    const file = join(playground.folder, "state.json");
    await playground.must("shelf", "stack", "export", "--file", file);
    playground.command = real!;
    await playground.must("shelf", "stack", "import", "--file", file);
    await playground.must("shelf", "preview", "--expect-no-changes");
  });
});

/** Every encryption of the same secret looks different. */
const withoutCiphertext = (key: string, value: unknown): unknown => (key === "ciphertext" ? "…" : value);
