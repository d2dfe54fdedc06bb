import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isolated, shellCommands } from "../isolation";

describe("the variables of a process in the sandbox", () => {
  const hostile = {
    AWS_PROFILE: "work",
    AWS_DEFAULT_PROFILE: "work",
    AWS_SESSION_TOKEN: "token",
    AWS_SECURITY_TOKEN: "token",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/work",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_CA_BUNDLE: "/ca.pem",
    TF_AWS_DYNAMODB_ENDPOINT: "http://127.0.0.1:1",
    PULUMI_ACCESS_TOKEN: "token",
    PULUMI_STACK: "prod",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/passphrase",
  };

  it("have nothing of the caller's accounts, endpoints and backends", () => {
    const variables = isolated({ ...hostile, HOME: "/home/me", PATH: "/bin", PULUMI_HOME: "/pulumi" });
    expect(variables).to.deep.equal({
      HOME: "/home/me",
      PATH: "/bin",
      PULUMI_HOME: "/pulumi",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      NO_PROXY: "127.0.0.1,localhost",
      no_proxy: "127.0.0.1,localhost",
      no_grpc_proxy: "127.0.0.1,localhost",
    });
  });

  it("keep the caller's proxy, but for this machine", () => {
    const proxy = { HTTPS_PROXY: "http://proxy.example.com:3128", NO_PROXY: ".example.com" };
    expect(isolated(proxy)).to.include({ ...proxy, NO_PROXY: ".example.com,127.0.0.1,localhost" });
  });

  describe("as commands for a shell", () => {
    let folder: string;

    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "shell-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    /** What a shell has of a variable after it has run the commands, as `make env` has users do. */
    const evaluated = (commands: string[], name: string, before: Record<string, string> = {}): string =>
      spawnSync("bash", ["-c", `eval "$1"; printf %s "\${${name}-unset}"`, "bash", commands.join("\n")], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env.PATH, ...before },
      }).stdout;

    it("take out what isn't there any more, and say nothing of what stays", () => {
      const commands = shellCommands({ ...hostile, HOME: "/home/me" }, { HOME: "/home/me" });
      expect(commands).to.have.members(Object.keys(hostile).map((name) => `unset ${name}`));
      expect(evaluated(commands, "AWS_PROFILE", hostile)).to.equal("unset");
    });

    for (const value of ["it's", `'; touch ran; '`, "$(touch ran)", "`touch ran`", 'a "b"\n$HOME\\', ""]) {
      it(`leave a value as it is: ${JSON.stringify(value)}`, () => {
        expect(evaluated(shellCommands({}, { VALUE: value }), "VALUE")).to.equal(value);
        expect(existsSync(join(folder, "ran"))).to.equal(false);
      });
    }

    it("pass over a name that isn't one of a shell's variables", () => {
      expect(shellCommands({ "AWS_X$(touch ran)": "1" }, { "A-B": "2" })).to.deep.equal([]);
    });
  });
});
