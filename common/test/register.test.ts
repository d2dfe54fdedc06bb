import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";

describe("the register for TypeScript", () => {
  let repository: string;
  const cache = () => join(repository, "node_modules", ".cache", "selfhosted");

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), "register-"));
    cpSync(join(__dirname, "..", "register.js"), join(repository, "common", "register.js"));
    for (const name of ["sucrase", "@pulumi/pulumi"]) {
      const link = join(repository, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(dirname(require.resolve(`${name}/package.json`)), link);
    }
  });
  afterEach(() => rmSync(repository, { recursive: true }));

  /** What the program prints, and then whether TypeScript had to be made into JavaScript. */
  function run(program: string): string {
    writeFileSync(join(repository, "program.ts"), program);
    const isLoaded = `Object.keys(require.cache).some((file) => file.includes("sucrase/dist"))`;
    const code = `require("./common/register"); require("./program"); console.log(${isLoaded} ? "made" : "kept")`;
    return execFileSync(process.execPath, ["-e", code], { cwd: repository, encoding: "utf8" });
  }

  it("keeps what it made, and makes anew what has changed", () => {
    const program = (text: string) => `const text: string = "${text}"; console.log(text);`;
    expect(run(program("one"))).to.equal("one\nmade\n");
    expect(run(program("one"))).to.equal("one\nkept\n");
    expect(run(program("two"))).to.equal("two\nmade\n");
    expect(run(program("one"))).to.equal("one\nkept\n");
    expect(readdirSync(cache())).to.have.length(2);
  });

  it("works where nothing can be kept", () => {
    writeFileSync(join(repository, "node_modules", ".cache"), "no folder");
    expect(run(`console.log("one" as string);`)).to.equal("one\nmade\n");
    expect(existsSync(cache())).to.equal(false);
  });

  it("leaves lines where they were, for stack traces", () => {
    const program = `interface Dropped {\n  a: string;\n}\nconst error: Error & Partial<Dropped> = new Error();\nconsole.log(error.stack);`;
    expect(run(program)).to.match(/program\.ts:4:/);
  });

  it("loads the compiler and npm with Pulumi's SDK only where they are used", () => {
    const program = `
      require("@pulumi/pulumi");
      const files = /arborist.lib.index|typescript.lib.typescript|automation.localWorkspace/;
      const loaded = Object.entries(require.cache).filter(([file, { exports }]) => files.test(file) && Object.keys(exports).length > 0);
      console.log(loaded.length);`;
    expect(run(program)).to.equal("0\nmade\n");
  });

  it("has what it loads late do the same", () => {
    const program = `
      const pulumi = require("@pulumi/pulumi");
      console.log(typeof pulumi.automation.LocalWorkspace.createStack);
      pulumi.runtime.serializeFunction(() => 42).then(({ text }) => console.log(text.includes("42")));`;
    expect(run(program)).to.equal("function\nmade\ntrue\n");
  });
});
