import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { repository } from "../repository";

const read = (file: string): string => readFileSync(join(repository, file), "utf8");

/** Lines that say something, those that go on joined. */
const lines = (text: string): string[] =>
  text
    .replace(/\s*\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"));

describe("what is installed", () => {
  for (const folder of [
    "scripts/sandbox/account",
    "scripts/test/audit",
    "scripts/test/e2e/aws-cli",
    "scripts/test/examples",
    "scripts/test/iam",
  ]) {
    const locked = lines(read(`${folder}/requirements.txt`));

    it(`has every Python package of ${folder} pinned, with the hashes of its files, and from no index of its own`, () => {
      locked.forEach((line) => expect(line).to.match(/^[\w.-]+==[\w.]+( ;[^#]*?)?( --hash=sha256:[0-9a-f]{64})+$/));
    });

    it(`has what ${folder} asks for, in that version`, () => {
      const pins = locked.map((line) => line.split(" ")[0]);
      const wanted = lines(read(`${folder}/requirements.in`)).map((line) => line.split(" ")[0]?.toLowerCase());
      expect(pins).to.include.members(wanted);
    });
  }

  it("has every npm package by its hash, and from no registry of its own", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
    };
    const foreign = Object.entries(packages).filter(([path]) => path.includes("node_modules/"));
    const loose = foreign.filter(([, { integrity, link }]) => !link && !integrity?.startsWith("sha512-"));
    expect(loose.map(([path]) => path)).to.deep.equal([]);
    expect(foreign.filter(([, { resolved }]) => resolved?.includes("//"))).to.deep.equal([]);
  });

  it("builds the Pulumi command in the version that it would download, from modules that are known by their hashes", () => {
    const { dependencies } = JSON.parse(read("scripts/package.json")) as { dependencies: Record<string, string> };
    const modules = lines(read("scripts/pulumi/build/go.mod"));
    expect(modules).to.include(`require github.com/pulumi/pulumi/pkg/v3 v${dependencies["pulumi"]}`);
    const known = new Set(lines(read("scripts/pulumi/build/go.sum")).map((line) => line.split(" h1:")[0]));
    // A replaced module is known by what replaces it.
    const replaced = modules.flatMap((line) => /^replace (\S+)/.exec(line)?.[1] ?? []);
    const required = modules.flatMap((line) => /^\t(\S+ v\S+)/.exec(line)?.[1] ?? []);
    const others = required.filter((module) => !replaced.includes(module.split(" ")[0] ?? ""));
    expect(others.filter((module) => !known.has(`${module}/go.mod`))).to.deep.equal([]);
  });

  it("runs no script of a package", () => {
    expect(lines(read(".npmrc"))).to.include("ignore-scripts=true");
    expect(read("Makefile").match(/npm (ci|install)\b.*/g)).to.have.length(1);
    expect(read("Makefile")).to.match(/npm ci --ignore-scripts /);
  });
});
