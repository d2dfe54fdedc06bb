import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { find, type Options, start, stop } from "../emulator";
import { emulator, freePort } from "./account";

describe("the emulated account's process", () => {
  const path = process.env.PATH;
  let folder: string;
  let lines: string[];
  const options = (port?: number): Options => ({ port, report: (line) => void lines.push(line) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "emulator-"));
    lines = [];
  });

  afterEach(async () => {
    process.env.PATH = path;
    delete process.env.PIP_INDEX_URL;
    delete process.env.SANDBOX_PORT;
    await stop(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const failure = (environments?: string) =>
    start(folder, { ...options(), environments }).then(
      () => "",
      (error: Error) => error.message,
    );

  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  /** Waits for the account to end by itself, which it thinks of every five seconds. */
  async function ended(pid: number): Promise<boolean> {
    const deadline = Date.now() + 60_000;
    while (isAlive(pid) && Date.now() < deadline) await sleep(100);
    return !isAlive(pid);
  }

  /** Starts an account from a process of its own, which is then killed: while it prepares the account, or when it has. */
  async function startAndDie(when: "preparing" | "ready"): Promise<number> {
    // It must not end by itself before it is looked up as the account's parent.
    const script = `
      setInterval(() => {}, 1000);
      const fail = (error) => (console.error(error), process.exit(1));
      require("./emulator").start(${JSON.stringify(folder)}).then(() => console.error("ready"), fail);`;
    const starter = spawn(process.execPath, ["--require", "@selfhosted/common/register", "--eval", script], {
      cwd: join(__dirname, ".."),
    });
    let output = "";
    starter.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    while (!output.includes(when) && starter.exitCode === null) await sleep(20);
    expect(output).to.include(when);
    const processes = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).stdout;
    const [, pid] = new RegExp(`^ *(\\d+) +${starter.pid} .*server\\.py`, "m").exec(processes) ?? [];
    starter.kill("SIGKILL");
    return Number(pid);
  }

  it("is started once and found again, and is a new account once its process died", async () => {
    const first = await start(folder, options(0));
    expect(await start(folder, options())).to.deep.equal(first);
    expect(await find(folder)).to.deep.equal(first);
    expect(lines.filter((line) => line.startsWith("starting"))).to.have.length(1);

    process.kill(first.pid, "SIGKILL");
    expect(await find(folder)).to.equal(undefined);
    const second = await start(folder, options(0));
    expect(second.id).not.to.equal(first.id);

    await stop(folder);
    await stop(folder);
    expect(await find(folder)).to.equal(undefined);
    expect(isAlive(second.pid)).to.equal(false);
  });

  it("is one in each folder, where several start it at the same moment", async () => {
    const other = mkdtempSync(join(tmpdir(), "emulator-"));
    try {
      const [one, two, third] = await Promise.all([
        start(folder, options()),
        start(folder, options()),
        start(other, options()),
      ]);
      expect(one).to.deep.equal(two);
      expect(one.url).not.to.equal(third.url);
    } finally {
      await stop(other);
      rmSync(other, { recursive: true, force: true });
    }
  });

  it("outlives the process that started it, but not its folder", async () => {
    const pid = await startAndDie("ready");
    await sleep(6_000);
    expect((await find(folder))?.pid).to.equal(pid);
    rmSync(folder, { recursive: true });
    expect(await ended(pid)).to.equal(true);
  });

  it("ends by itself when the process that prepares it is killed, and leaves nothing that looks like an account", async () => {
    const pid = await startAndDie("preparing");
    expect(pid).to.be.above(0);
    expect(await find(folder)).to.equal(undefined);
    expect(await ended(pid)).to.equal(true);
  });

  it("ends by itself when nobody has used it for long", async () => {
    const { pid } = await start(folder, { ...options(), idleSeconds: 1 });
    expect(await ended(pid)).to.equal(true);
  });

  it("answers programs on this machine, and no web page", async () => {
    const { url } = await emulator();
    const status = (headers: Record<string, string>, method = "GET"): Promise<number | undefined> =>
      new Promise((done, fail) => {
        const asked = request(`${url}/moto-api/config`, { method, headers }, (answer) => {
          done(answer.resume().statusCode);
        });
        asked.on("error", fail).end();
      });
    expect(await status({})).to.equal(201);
    expect(await status({ "sec-fetch-site": "none" })).to.equal(201);
    expect(await status({ origin: "https://example.com" }, "POST")).to.equal(403);
    expect(await status({ origin: "null" }, "OPTIONS")).to.equal(403);
    expect(await status({ "sec-fetch-site": "cross-site" })).to.equal(403);
    expect(await status({ host: "rebound.example.com" })).to.equal(403);
  });

  it("keeps its files to the user", async () => {
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "emulator.log"), "from before", { mode: 0o644 });
    await start(folder, options(0));
    expect((statSync(folder).mode & 0o777).toString(8)).to.equal("700");
    expect(readdirSync(folder)).to.have.members(["emulator.json", "emulator.log"]);
    for (const file of readdirSync(folder)) {
      expect((statSync(join(folder, file)).mode & 0o777).toString(8), file).to.equal("600");
    }
  });

  it("isn't taken for running when its number belongs to another process", async () => {
    const stale = { url: `http://127.0.0.1:${await freePort()}`, pid: process.pid, id: "stale" };
    writeFileSync(join(folder, "emulator.json"), JSON.stringify(stale));
    expect(await find(folder)).to.equal(undefined);
  });

  describe("with a port taken by another program", () => {
    let other: Server;
    let port: number;

    beforeEach(async () => {
      port = await freePort();
      other = createServer((_request, response) => response.end("{}"));
      await new Promise<void>((done) => other.listen(port, "127.0.0.1", done));
    });
    afterEach(() => void other.close());

    it("says so, when the port was asked for", async () => {
      process.env.SANDBOX_PORT = String(port);
      expect(await failure()).to.equal(
        `Port ${port} is taken by another program; set SANDBOX_PORT to a free one or leave it unset.`,
      );
    });

    it("isn't mistaken for the other program", async () => {
      const stale = { url: `http://127.0.0.1:${port}`, pid: process.pid, id: "stale" };
      writeFileSync(join(folder, "emulator.json"), JSON.stringify(stale));
      expect(await find(folder)).to.equal(undefined);
    });
  });

  it("refuses a port that is none", async () => {
    process.env.SANDBOX_PORT = "http";
    expect(await failure()).to.equal('SANDBOX_PORT is "http"; it must be a port number from 1 to 65535.');
  });

  describe("without what it needs", () => {
    const python = (script: string) => {
      const bin = join(folder, "bin");
      mkdirSync(bin);
      writeFileSync(join(bin, "python3"), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, "python3"), 0o755);
      process.env.PATH = bin;
    };
    const environments = () => join(folder, "venv");

    it("says that there is no Python", async () => {
      process.env.PATH = folder;
      expect(await failure(environments())).to.equal(
        "The emulated AWS account needs Python 3.9 or newer; found none on PATH.",
      );
    });

    it("says that Python is too old", async () => {
      python("echo 3.6");
      expect(await failure(environments())).to.match(
        /needs Python 3.9 or newer; found only an older one \(python3 is 3.6\)/,
      );
    });

    it("says which package of Debian lacks", async () => {
      python('case "$2" in *venv*) exit 1;; *) echo 3.11;; esac');
      expect(await failure(environments())).to.match(
        /lacks the venv module; on Debian and Ubuntu install the package python3-venv/,
      );
    });

    it("says that pip found no package index, and leaves nothing half-installed", async () => {
      process.env.PIP_INDEX_URL = `http://127.0.0.1:${await freePort()}`;
      expect(await failure(environments())).to.match(/pip could not install .* set PIP_INDEX_URL if yours is private/);
      expect(readdirSync(environments())).to.deep.equal([]);
    });
  });
});
