import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireEnv } from "../lib/command";
import { requireConfigured } from "../lib/environment";

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
    expect(() => requireConfigured("staging", folder)).not.to.throw();
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

  for (const env of [undefined, "", "../prod", "prod stage"]) {
    it(`must be named: ${JSON.stringify(env)} is refused`, () => {
      expect(() => requireEnv(env)).to.throw("Say which environment: ENV=local");
    });
  }
});
