import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { requireEnv, requireFlag } from "../../command";
import { requireConfigured } from "../../environment";

describe("an environment", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "environments-"));
    for (const layer of ["infrastructure", "application", "dns"]) {
      mkdirSync(join(folder, layer));
      writeFileSync(join(folder, layer, "Pulumi.yaml"), "");
      writeFileSync(join(folder, layer, "Pulumi.staging.yaml"), "");
    }
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("is known by the files of its stacks in all layers", () => {
    expect(requireConfigured("staging", folder)).to.equal("staging");
  });

  it("that nobody configured is refused with those that are", () => {
    expect(() => requireConfigured("prod", folder)).to.throw(
      /infrastructure\/Pulumi\.prod\.yaml, application\/Pulumi\.prod\.yaml, dns\/Pulumi\.prod\.yaml are missing\. Configured: local, staging\./,
    );
  });

  it("with one file missing is refused with its name", () => {
    rmSync(join(folder, "dns", "Pulumi.staging.yaml"));
    expect(() => requireConfigured("staging", folder)).to.throw("dns/Pulumi.staging.yaml is missing");
  });

  it("may be that of an organization, whose name no file carries", () => {
    expect(requireEnv("acme/staging")).to.equal("acme/staging");
    expect(requireConfigured("acme/staging", folder)).to.equal("staging");
    expect(() => requireConfigured("acme/local", folder)).to.throw("local is the sandbox on this machine");
  });

  for (const env of [undefined, "", "../prod", "prod stage", "--yes", "a/b/c", "/prod", "prod\n"]) {
    it(`must be named: ${JSON.stringify(env)} is refused`, () => {
      expect(() => requireEnv(env)).to.throw("Say which environment: ENV=local");
    });
  }
});

describe("a yes or no", () => {
  for (const value of ["1", "true", "YES"]) {
    it(`is yes: ${value}`, () => expect(requireFlag("YES", value)).to.equal(true));
  }

  for (const value of [undefined, "", "0", "no", "False"]) {
    it(`is no: ${value}`, () => expect(requireFlag("YES", value)).to.equal(false));
  }

  it("is refused where nobody can know which", () => {
    expect(() => requireFlag("YES", "maybe")).to.throw('YES is "maybe"; it must be YES=1, or not given.');
  });
});
