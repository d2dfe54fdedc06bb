import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pulumi, stackOutputs } from "../lib/pulumi";

describe("the pulumi command, as the scripts run it,", () => {
  const path = process.env.PATH;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-"));
    process.env.PATH = [folder, path].join(delimiter);
  });

  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  const behaves = (script: string): void => {
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
  };

  it("has no outputs for a stack that doesn't exist", async () => {
    behaves(`echo "error: no stack named 'prod' found" >&2; exit 6`);
    expect(await stackOutputs("infrastructure", "prod")).to.equal(undefined);
  });

  for (const error of [
    "error: secrets (code=NotFound): NotFoundException: Alias arn:aws:kms:…:alias/pulumi-state is not found.",
    'error: exec: "pulumi-language-nodejs": executable file not found in $PATH',
    "error: no stack selected; please use `pulumi stack select` to select one",
  ]) {
    it(`isn't taken to say that a stack doesn't exist: ${error}`, async () => {
      behaves(`echo '${error}' >&2; exit 6`);
      const refused = await stackOutputs("infrastructure", "prod").then(String, String);
      expect(refused).to.include(error).and.include("could not be read");
    });
  }

  it("may write a character in two parts", async () => {
    behaves(String.raw`printf 'Lizenzschl\303'; sleep 0.2; printf '\274ssel'`);
    expect((await pulumi("dns", [])).stdout).to.equal("Lizenzschlüssel");
  });
});
