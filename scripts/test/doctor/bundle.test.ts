import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { list, type ReadEntry } from "tar";
import { Bundle, maskedIn } from "../../doctor/bundle";
import { diagnose } from "../../doctor/doctor";
import { redactor } from "../../doctor/redact/redact";
import { remainsOf } from "../support/remains";
import { scriptedAccount, scriptedPulumi } from "../support/scripted-account";
import { known, planted } from "./planted";

interface Entry {
  mode: number | undefined;
  text: string;
}

/** What is in an archive, by path. */
async function entriesOf(file: string): Promise<Record<string, Entry>> {
  const entries: Record<string, Entry> = {};
  const read: Promise<unknown>[] = [];
  const onReadEntry = (entry: ReadEntry): void => {
    const keep = (data: Buffer): unknown => (entries[entry.path] = { mode: entry.mode, text: data.toString() });
    read.push(entry.concat().then(keep));
  };
  await list({ file, onReadEntry });
  await Promise.all(read);
  return entries;
}

describe("a bundle for support", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "doctor-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("holds none of the planted secrets, wherever they were, and says where it masked what", async () => {
    const bundle = new Bundle(redactor(known));
    const texts = planted.map(({ text }) => text);
    bundle.add(
      "application/configuration.json",
      Object.fromEntries(texts.map((text, index) => [`setting${index}`, text])),
    );
    bundle.add("application/outputs.json", { nested: texts.map((text) => ({ url: text })) });
    bundle.add("events.json", {
      events: texts.map((message) => ({ at: new Date(), what: "api", message })),
      unread: [],
    });
    bundle.add("ecs/task-definitions.json", [
      {
        containerDefinitions: texts.map((value) => ({
          environment: [{ name: "EXTRA", value }],
          command: ["sh", "-c", value],
        })),
      },
    ]);
    bundle.add("logs/api.log", texts.map((text) => `2026-11-26T10:00:00.000Z 0a1b2c3d ${text}`).join("\n"));
    bundle.add("README.txt", texts.map((text) => `- verify.json can't be read: ${text}`).join("\n"));
    bundle.add(`logs/${known[1]?.value}.log`, "a name");
    const masked = maskedIn(bundle.list());
    bundle.add("masked.json", masked);
    const file = join(folder, "bundle.tar.gz");
    await bundle.write(file, "bundle");

    const entries = await entriesOf(file);
    expect(Object.keys(entries)).to.have.lengthOf(8).and.include("bundle/logs/[masked: databasePassword].log");
    for (const [path, { text }] of Object.entries(entries)) {
      const left = planted.filter(({ secrets }) => secrets.some((secret) => remainsOf(secret, text).length > 0));
      expect(
        left.map(({ form }) => form),
        path,
      ).to.deep.equal([]);
    }
    expect(masked["logs/api.log"]?.["databasePassword"]?.lines).not.to.deep.equal([]);
    expect(masked["README.txt"]?.["JWT"]).to.deep.include({ times: 1 });
  });

  it("is only its owner's to read, in the archive as beside it, and replaces no other", async () => {
    const bundle = new Bundle(redactor([]));
    bundle.add("a.txt", "text");
    const file = join(folder, "bundle.tar.gz");
    await bundle.write(file, "bundle");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(await entriesOf(file)).to.deep.equal({ "bundle/a.txt": { mode: 0o600, text: "text\n" } });
    const failed = await bundle.write(file, "bundle").catch((error: NodeJS.ErrnoException) => error.code);
    expect(failed).to.equal("EEXIST");
  });

  it("is written where nothing can be read, and says why: without a configuration, a passphrase or an account", async () => {
    const token = "pul-0123456789abcdef0123456789abcdef01234567";
    const removePulumi = scriptedPulumi(
      `case "$1" in version) echo v3.259.0;; *) echo "error: incorrect passphrase, with ${token}" >&2; exit 255;; esac`,
    );
    const removeAccount = await scriptedAccount();
    try {
      const { file, notes } = await diagnose("nowhere", folder);
      const text = notes.join("\n");
      expect(text).to.include("ENV=nowhere is not configured").and.include("incorrect passphrase");
      expect(text).to.include("masked by their look alone").and.not.include(token);
      const entries = await entriesOf(file);
      const named = Object.entries(entries).map(
        ([path, { text }]) => [path.split("/").slice(1).join("/"), text] as const,
      );
      const files = Object.fromEntries(named);
      expect(files).to.include.keys("README.txt", "masked.json", "versions.json");
      expect(files["README.txt"]).to.include("verify.json can't be read: ").and.not.include(token);
      expect(JSON.parse(files["versions.json"] ?? "")).to.include.keys("node", "pulumi", "packages", "system");
    } finally {
      removePulumi();
      await removeAccount();
    }
  });
});
