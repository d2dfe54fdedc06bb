import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { expect } from "chai";
import { gte, inc } from "semver";
import { findPulumi, pathOfUser, pinned } from "../../pulumi/find";
import { repository } from "../../repository";

describe("the search for the pulumi command", () => {
  const path = process.env["PATH"];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bin-"));
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  /** PATH has a `pulumi` that behaves like this. */
  function onPath(script: string): string {
    const file = join(folder, "pulumi");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env["PATH"] = ["/nowhere", folder, "/bin"].join(delimiter);
    return file;
  }

  it("takes the one on PATH, of the SDK's version or a newer one", () => {
    for (const version of [sdkVersion, inc(sdkVersion, "minor")]) {
      onPath(`echo v${version}`);
      expect(findPulumi()).to.deep.equal({ command: { folder, version, isOnPath: true } });
    }
  });

  it("refuses an older one, with both versions", () => {
    const file = onPath("echo v3.100.2");
    const { command, refused } = findPulumi();
    expect(command?.isOnPath).not.to.equal(true);
    expect(refused)
      .to.include(`${file} is version 3.100.2`)
      .and.match(/need 3\.\d+\.0 or newer/);
  });

  it("doesn't take an older patch for an older version", () => {
    const [major, minor] = sdkVersion.split(".");
    onPath(`echo v${major}.${minor}.0`);
    expect(findPulumi().command?.isOnPath).to.equal(true);
  });

  for (const [what, script] of [
    ["fails", "exit 1"],
    ["says something else", "echo hello"],
  ] as const) {
    it(`refuses one that ${what} when it is asked for its version`, () => {
      const file = onPath(script);
      expect(findPulumi().refused).to.include(file);
    });
  }

  it("doesn't take the sandbox's stand-in, nor the npm package's launcher, for the user's command", () => {
    const others = [join(repository, "scripts", "sandbox"), join(repository, "node_modules", ".bin")];
    symlinkSync(join(others[0] ?? "", "pulumi"), join(folder, "pulumi"));
    process.env["PATH"] = [...others, folder, "/bin"].join(delimiter);
    const { command, refused } = findPulumi();
    expect(command?.isOnPath).not.to.equal(true);
    expect(refused).to.equal(undefined);
    expect(pathOfUser()).to.equal("/bin");
  });

  it("installs a version that can run the programs", () => {
    expect(gte(pinned, sdkVersion)).to.equal(true);
  });
});
