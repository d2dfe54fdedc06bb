import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Outcome, run } from "../bench/scratch";
import { repository } from "../repository";

const register = require.resolve("@selfhosted/common/register");
const apart = JSON.stringify(join(repository, "scripts/apart.ts"));

describe("a part of a command in a process of its own", function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "apart-"));
    const wentOn = JSON.stringify(join(folder, "went-on"));
    const files = {
      "whole.ts":
        `import { startApart } from ${apart};\n` +
        `void startApart(${JSON.stringify(join(folder, "part.ts"))})({ ms: Number(process.argv[2]) }).then((code) => {\n` +
        `  process.exitCode = code;\n});\n`,
      "part.ts":
        `import { writeFileSync } from "node:fs";\nimport { runApart } from ${apart};\n` +
        `runApart(async ({ ms }) => {\n` +
        `  console.log("begun");\n` +
        `  await new Promise((resolve) => setTimeout(resolve, ms));\n` +
        `  writeFileSync(${wentOn}, "");\n  return 3;\n});\n`,
    };
    Object.entries(files).forEach(([name, text]) => writeFileSync(join(folder, name), text));
  });
  beforeEach(() => rmSync(join(folder, "went-on"), { force: true }));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs both, and ends one or both by a signal while the part is at work. `run` waits until neither has the output open. */
  async function ended(end: (pid: number) => void): Promise<Outcome> {
    return run(folder, process.execPath, ["--require", register, "whole.ts", "3000"], {
      onStart: (pid) => setTimeout(() => end(pid), 1500),
    });
  }

  it("gives its exit code", async () => {
    const { code, output } = await run(folder, process.execPath, ["--require", register, "whole.ts", "1"]);
    expect({ code, output }).to.deep.equal({ code: 3, output: "begun\n" });
  });

  it("ends with the command that is ended alone, does nothing more, and prints no stack trace", async () => {
    const { output } = await ended((pid) => process.kill(pid, "SIGTERM"));
    expect(output).to.equal("begun\n");
    expect(existsSync(join(folder, "went-on"))).to.equal(false);
  });

  it("ends with the command at Ctrl-C, which reaches both", async () => {
    const { code, output } = await ended((pid) => process.kill(-pid, "SIGINT"));
    expect(code).not.to.equal(0);
    expect(output).to.equal("begun\n");
    expect(existsSync(join(folder, "went-on"))).to.equal(false);
  });
});
