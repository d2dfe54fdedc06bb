import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeStacks } from "../../init/write";
import { localFolder, repository } from "../../repository";
import { scriptedPulumi } from "../support/scripted-account";
import { licence } from "./account";

describe("making the stacks of an environment", () => {
  let folder: string;
  let restore: () => void;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "written-"))));
  afterEach(() => {
    restore();
    rmSync(folder, { recursive: true });
  });

  /** Notes its command lines, and does what a script says for some of them. */
  const pulumi = (script: string) => {
    restore = scriptedPulumi(`echo "$(basename "$PWD"): $*" >> ${folder}/calls\n${script}`);
  };
  const calls = (): string[] => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

  const write = (name = "nobody"): Promise<string> =>
    writeStacks({
      name,
      stack: "nobody",
      backend: "s3://state",
      secretsProvider: "passphrase",
      configuration: { infrastructure: { vpcId: "vpc-1" }, application: { licenseKey: licence }, dns: {} },
      replaced: [],
    }).then(() => "", String);

  it("gives secrets by standard input, never on a command line", async () => {
    pulumi(
      `case "$*" in *"config set --secret"*) cat > ${folder}/input;; *"stack init"*) case $PWD in *dns) exit 1;; esac;; esac`,
    );
    await write();
    expect(readFileSync(join(folder, "input"), "utf8")).to.equal(licence);
    expect(calls().join("\n")).not.to.include(licence);
  });

  it("removes what it made where one fails, and nothing by force", async () => {
    pulumi(`case "$PWD $*" in *dns*"stack init"*) echo no permission >&2; exit 1;; esac`);
    const message = await write("acme/nobody");
    expect(message).to.include("no permission").and.to.include("Nothing is left of it: no file, no stack.");
    expect(calls().filter((line) => line.includes("stack rm"))).to.deep.equal(
      ["infrastructure", "application", "dns"].map((layer) => `${layer}: stack rm --yes --stack acme/nobody`),
    );
    expect(existsSync(join(localFolder, "init-nobody"))).to.equal(false);
    expect(existsSync(join(repository, "infrastructure", "Pulumi.nobody.yaml"))).to.equal(false);
  });

  it("leaves a stack alone that somebody else has made meanwhile", async () => {
    pulumi(
      `case "$PWD $*" in *application*"stack init"*) echo "error: stack 'nobody' already exists" >&2; exit 255;; esac`,
    );
    expect(await write()).to.include("already exists");
    expect(calls().filter((line) => line.includes("stack rm"))).to.deep.equal([
      "infrastructure: stack rm --yes --stack nobody",
    ]);
  });

  it("says which stack it could not remove, and how to", async () => {
    pulumi(`case "$PWD $*" in *"stack rm"*|*application*"stack init"*) echo no permission >&2; exit 1;; esac`);
    const message = await write();
    expect(message)
      .to.include("Left: the empty stack of infrastructure. Remove it: cd infrastructure && pulumi stack rm nobody")
      .and.not.to.include("Nothing is left");
  });
});
