import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { start, status, stop } from "../emulator";
import { freePort } from "./account";

describe("the emulated account's process", () => {
  const path = process.env.PATH;
  let folder: string;
  let lines: string[];
  const options = (port?: number) => ({ port, report: (line: string) => void lines.push(line) });

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

  it("is started once and found again, and is a new account once its process died", async () => {
    const first = await start(folder, options(await freePort()));
    const again = await start(folder, options());
    expect(first.isNew).to.equal(true);
    expect(again).to.deep.equal({ ...first, isNew: false });
    expect(await status(folder)).to.include({ id: first.id, url: first.url, pid: first.pid });
    expect(lines.filter((line) => line.startsWith("starting"))).to.have.length(1);

    process.kill(first.pid, "SIGKILL");
    const second = await start(folder, options(await freePort()));
    expect(second.isNew).to.equal(true);
    expect(second.id).not.to.equal(first.id);

    await stop(folder);
    await stop(folder);
    expect(await status(folder)).to.equal(undefined);
    expect(() => process.kill(second.pid, 0)).to.throw(/ESRCH/);
  }).timeout(60_000);

  it("answers programs on this machine, and no web page", async () => {
    const { url } = await start(folder, options(await freePort()));
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
  }).timeout(60_000);

  it("keeps its files to the user", async () => {
    writeFileSync(join(folder, "emulator.log"), "from before", { mode: 0o644 });
    await start(folder, options(await freePort()));
    for (const file of ["emulator.json", "emulator.log", "seeded.json"]) {
      expect((statSync(join(folder, file)).mode & 0o777).toString(8), file).to.equal("600");
    }
  }).timeout(60_000);

  it("is one of its own where two start at the same moment", async () => {
    const other = mkdtempSync(join(tmpdir(), "emulator-"));
    try {
      const [one, two] = await Promise.all([start(folder, options()), start(other, options())]);
      expect(one.url).not.to.equal(two.url);
      expect([one.isNew, two.isNew]).to.deep.equal([true, true]);
    } finally {
      await stop(other);
      rmSync(other, { recursive: true, force: true });
    }
  }).timeout(60_000);

  it("isn't taken for running when its number belongs to another process", async () => {
    const stale = {
      url: `http://127.0.0.1:${await freePort()}`,
      port: 1,
      pid: process.pid,
      startedAt: "",
      id: "stale",
    };
    writeFileSync(join(folder, "emulator.json"), JSON.stringify(stale));
    expect(await status(folder)).to.equal(undefined);
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
      const stale = { url: `http://127.0.0.1:${port}`, port, pid: process.pid, startedAt: "", id: "stale" };
      writeFileSync(join(folder, "emulator.json"), JSON.stringify(stale));
      expect(await status(folder)).to.equal(undefined);
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
    }).timeout(60_000);
  });
});
