import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { requireAge, requireChoice, requireEnv, requireFlag, requireTypedEnv } from "../../command";
import { chooseEnvironment, configuredEnvironments, requireConfigured } from "../../environment";

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

  for (const env of ["../prod", "prod stage", "--yes", "a/b/c", "/prod", "prod\n"]) {
    it(`has a name that a stack can have: ${JSON.stringify(env)} is refused`, () => {
      expect(() => requireEnv(env)).to.throw(/^Say which environment: ENV=local.*Found "/);
    });
  }

  it("is found in the files of any layer, so that one that is incomplete counts", () => {
    writeFileSync(join(folder, "infrastructure", "Pulumi.prod.yaml"), "");
    writeFileSync(join(folder, "dns", "Pulumi.local.yaml"), "");
    expect(configuredEnvironments(folder)).to.deep.equal(["prod", "staging"]);
  });
});

describe("the environment that nobody typed", () => {
  const choose = (configured: string[], env?: string, isOfShell = false) =>
    chooseEnvironment({ env, isOfShell }, configured);

  it("is the only one that is configured, and the first line says so", () => {
    for (const env of [undefined, ""]) {
      expect(choose(["prod"], env)).to.deep.equal({ name: "prod", because: "the only one that is configured" });
    }
  });

  it("is that of the shell, whatever is configured", () => {
    expect(choose(["prod", "staging"], "staging", true)).to.deep.equal({
      name: "staging",
      because: "the ENV of this shell",
    });
  });

  it("is none where several are configured: the refusal lists them", () => {
    expect(() => choose(["prod", "staging"])).to.throw("Configured: ENV=prod, ENV=staging.");
  });

  it("is none where none is configured: the refusal says how to begin", () => {
    expect(() => choose([])).to.throw(/ENV=local is the sandbox.*To make one: make init/);
  });

  it("isn't chosen for a command that can't be undone", () => {
    expect(() => requireTypedEnv(undefined)).to.throw("Type which environment");
    process.env["ENV_OF_SHELL"] = "environment";
    try {
      expect(() => requireTypedEnv("prod")).to.throw("Type which environment");
    } finally {
      delete process.env["ENV_OF_SHELL"];
    }
    expect(requireTypedEnv("prod")).to.equal("prod");
  });
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

describe("one of a few words", () => {
  it("is taken, and another refused with those that there are", () => {
    expect(requireChoice("SERVICE", "api", ["api", "console"])).to.equal("api");
    for (const [value, found] of [
      ["apis", '; found "apis"'],
      ["", ""],
      [undefined, ""],
    ] as const) {
      expect(() => requireChoice("SERVICE", value, ["api", "console"])).to.throw(
        `Say which: SERVICE=api|console${found}.`,
      );
    }
  });
});

describe("how long ago", () => {
  it("is a number with a unit, or what the command takes without one", () => {
    const now = new Date("2026-03-20T12:00:00Z");
    const ago = (value?: string): number => now.getTime() - requireAge("SINCE", value, "1h", now).since.getTime();
    for (const [value, ms] of [
      ["30s", 30_000],
      ["10m", 600_000],
      ["2h", 7_200_000],
      ["3d", 259_200_000],
      ["", 3_600_000],
      [undefined, 3_600_000],
    ] as const) {
      expect(ago(value)).to.equal(ms);
    }
  });

  for (const value of ["10", "m", "-1h", "0m", "1w", "1h30m", "1.5h", "10m; ls"]) {
    it(`is refused: ${value}`, () => {
      expect(() => requireAge("SINCE", value, "1h")).to.throw("it must be a time such as SINCE=30s, 10m, 2h or 3d");
    });
  }
});
