import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ProgramInfo, RunRequest, type RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { repository } from "../../repository";

const launcher = join(repository, "scripts", "pulumi", "language", "bin", "pulumi-language-nodejs");

describe("the language host", function () {
  this.timeout(30_000);
  let folder: string;
  let host: ChildProcess;
  let client: LanguageRuntimeClient;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "program-"));
    host = spawn(launcher, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve) => createInterface(host.stdout!).once("line", resolve));
    client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  after(() => {
    client.close();
    host.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  /** Runs this code in place of the SDK's entry point. */
  function run(code: string): Promise<RunResponse> {
    const sdk = join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run");
    mkdirSync(sdk, { recursive: true });
    writeFileSync(join(sdk, "index.js"), code);
    const info = new ProgramInfo().setProgramDirectory(folder).setRootDirectory(folder).setEntryPoint("main.ts");
    const request = new RunRequest()
      .setInfo(info)
      .setProject("p")
      .setStack("s")
      .setOrganization("o")
      .setMonitorAddress("127.0.0.1:2")
      .setDryrun(true)
      .setParallel(4)
      .setConfigsecretkeysList(["p:secret"]);
    request.getConfigMap().set("aws:region", "eu-west-1").set("p:secret", "hunter2");
    return new Promise((resolve, reject) =>
      client.run(request, (error, response) => (error ? reject(error) : resolve(response))),
    );
  }

  it("starts the SDK in the program's folder, with configuration and the engine's addresses", async () => {
    const file = join(folder, "seen.json");
    const response = await run(
      `require("fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd() }))`,
    );
    expect([response.getError(), response.getBail()]).to.deep.equal(["", false]);
    const seen = JSON.parse(readFileSync(file, "utf8")) as { args: string[]; env: NodeJS.ProcessEnv; cwd: string };
    expect(seen.cwd).to.equal(folder);
    expect(seen.args.join(" ")).to.equal(
      `--monitor 127.0.0.1:2 --engine 127.0.0.1:1 --organization o --project p --root-directory ${folder} ` +
        `--stack s --pwd ${folder} --dry-run --parallel 4 main.ts`,
    );
    expect(seen.env).to.include({
      PULUMI_CONFIG: '{"aws:config:region":"eu-west-1","p:config:secret":"hunter2"}',
      PULUMI_CONFIG_SECRET_KEYS: '["p:secret"]',
      PULUMI_NODEJS_TYPESCRIPT: "true",
    });
  });

  it("says nothing of an error that the SDK has reported, and the exit code of another", async () => {
    expect((await run("process.exit(32)")).toObject()).to.deep.equal({ error: "", bail: true });
    expect((await run("process.exit(3)")).toObject()).to.deep.equal({
      error: "Program exited with non-zero exit code: 3",
      bail: false,
    });
  });

  it("ends with its engine, and the program with it", async () => {
    const file = join(folder, "started");
    void run(`require("fs").writeFileSync(${JSON.stringify(file)}, ""); setInterval(() => {}, 1000)`).catch(() => {});
    while (!existsSync(file)) {
      await sleep(20);
    }
    // The program writes to the host's output, which is closed when both have ended.
    const ended = new Promise((resolve) => host.once("close", resolve));
    host.stdin!.end();
    await ended;
  });
});
