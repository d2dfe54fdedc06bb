import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { settings as application } from "../../../../application/exports";
import { settings as dns } from "../../../../dns/exports";
import { settings as infrastructure } from "../../../../infrastructure/exports";
import { run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { deny } from "../../../sandbox/test/proxy";
import { realPulumi } from "../../../sandbox/test/real-pulumi";
import { remainsOf } from "../../support/remains";
import { databasePassword, plant, plantedValues, word } from "../planted";
import { interpose } from "../proxied";
import { access, outputsOf, seeded } from "../sandbox";
import { filesIn, watch, type Watched } from "../watched";

/** A secret of somebody else's, which only its look gives away. */
const foreign = word();

/** What a command does show, in its command line and in a temporary file: that the test sees such things. */
const control = word();

describe("secrets that were planted in an installation", function () {
  this.timeout(900_000);
  this.bail(true);
  let scratch: Scratch;
  let watched: Watched;
  /** With what Pulumi made up. */
  const secrets = new Map(plantedValues);
  const printed: Record<string, string> = {};

  /** Where in what texts which secret is left. */
  const left = (texts: Record<string, string>): string[] =>
    Object.entries(texts).flatMap(([where, text]) =>
      [...secrets].flatMap(([name, value]) => remainsOf(value, text).map((form) => `${name} ${form}: ${where}`)),
    );

  async function make(...args: string[]): Promise<void> {
    const { code, output } = await scratch.make(...args);
    printed[`${Object.keys(printed).length}: make ${args.join(" ")}`] = output;
    expect(code, output).to.equal(0);
  }

  /** The files of the bundle that the doctor writes. */
  async function doctor(): Promise<Record<string, string>> {
    await make("doctor", "ENV=local");
    const [bundle = "", ...others] = readdirSync(scratch.folder).filter((name) =>
      name.startsWith("selfhosted-doctor-"),
    );
    expect(others).to.deep.equal([]);
    expect(statSync(join(scratch.folder, bundle)).mode & 0o777).to.equal(0o600);
    const extracted = mkdtempSync(join(tmpdir(), "bundle-"));
    try {
      execFileSync("tar", ["xzf", join(scratch.folder, bundle), "-C", extracted, "--strip-components", "1"]);
      return Object.fromEntries(filesIn(extracted).map(([path, text]) => [relative(extracted, path), text]));
    } finally {
      rmSync(extracted, { recursive: true });
      rmSync(join(scratch.folder, bundle));
    }
  }

  before(async () => {
    watched = watch();
    scratch = scratchCheckout(watched.variables);
    await scratch.make("env", "ENV=local");
    await plant(scratch);
    // From here on: how the test itself sets a secret is no matter.
    watched.begin();
    const leak = `echo $0 > "$TMPDIR/leak"; sleep 1; rm "$TMPDIR/leak"`;
    await run(scratch.folder, "sh", ["-c", leak, control], { variables: watched.variables });
  });

  after(async () => {
    await scratch.remove();
    watched.remove();
  });

  it("are one for each secret setting", () => {
    const names = Object.entries({ ...infrastructure, ...application, ...dns }).flatMap(([name, { secret }]) =>
      secret ? [name] : [],
    );
    // Given, it is where the password is that Pulumi makes up, which is looked for below.
    const given = names.filter((name) => name !== "databasePassword");
    expect([...new Set(plantedValues.map(([path]) => path.split(".")[0]))]).to.have.members(given);
  });

  it("leave nothing in a bundle that is written before anything is deployed", async () => {
    const files = await doctor();
    expect(left(files)).to.deep.equal([]);
    expect(files["README.txt"]).to.include("verify.json can't be read: local is not completely deployed");
    expect(JSON.parse(files["preflight.json"] ?? "")).to.include({ healthy: true });
    expect(files["application/configuration.json"]).to.include('"selfhosted-application:smtpPassword": "[secret]"');
  });

  it("are deployed, and in the way of every command that looks at an installation", async () => {
    await make("preflight", "ENV=local");
    await make("preview", "ENV=local");
    await make("deploy", "ENV=local");
    for (const command of ["status", "verify", "outputs", "events"]) {
      await make(command, "ENV=local");
      await make(command, "ENV=local", "JSON=1");
    }
    for (const service of ["api", "console", "migration"]) {
      await make("logs", "ENV=local", `SERVICE=${service}`, "SINCE=1d");
    }
    await make("drift", "ENV=local");
    await make("upgrade", "ENV=local", `IMAGE_TAG=${seeded(scratch).imageTags.at(-1)}`);
  });

  it("are joined by those that Pulumi made up", async () => {
    secrets.set("the database's password", await databasePassword(scratch));
  });

  it("leave nothing in what the commands print", () => {
    expect(Object.keys(printed).length).to.be.above(10);
    expect(left(printed)).to.deep.equal([]);
  });

  it("leave nothing in the doctor's bundle, though containers wrote them into their logs", async () => {
    const logs = new CloudWatchLogs(access(scratch));
    const { api, migration } = outputsOf(scratch).application;
    const encoded = [...secrets.values()].flatMap((value) => [
      `as it is ${value}.`,
      JSON.stringify({ value }),
      encodeURIComponent(value),
      Buffer.from(`a:${value}`).toString("base64"),
    ]);
    const messages = [...encoded, `dial mysql://audit:${foreign}@audit.example.com/x: refused`];
    for (const logGroupName of [api.logGroup, migration.logGroup]) {
      const logStreamName = `planted/planted/${"0".repeat(32)}`;
      await logs.createLogStream({ logGroupName, logStreamName });
      const logEvents = messages.map((message) => ({ message, timestamp: Date.now() }));
      await logs.putLogEvents({ logGroupName, logStreamName, logEvents });
    }
    const files = await doctor();
    expect(left(files)).to.deep.equal([]);
    const texts = Object.values(files).join("\n");
    expect(texts).not.to.include(foreign);
    expect(files["logs/migration.log"]?.match(/\[masked: smtpPassword\]/g)?.length).to.be.at.least(3);
    // What is no secret is there to be read.
    expect(texts)
      .to.include(outputsOf(scratch).infrastructure.database.clusterIdentifier)
      .and.include(api.taskDefinitionArn);
    const parts = ["verify", "preflight", "status", "events", "caller", "versions", "ecs/services"];
    expect(Object.keys(files)).to.include.members([...parts.map((each) => `${each}.json`), "logs/api.log"]);
  });

  it("leave nothing in a bundle either that says why half of it is missing, as AWS denies it", async () => {
    const account = await interpose(scratch);
    account.inject(...["ecs", "logs", "sts"].map((service) => ({ service, action: /./, play: deny() })));
    const files = await doctor();
    await account.remove();
    expect(left(files)).to.deep.equal([]);
    expect(files["README.txt"])
      .to.match(/logs\/api\.log can't be read: the credentials don't allow it; allow the caller logs:FilterLogEvents/)
      .and.match(/ecs\/services\.json can't be read/)
      .and.match(/caller\.json can't be read/);
    expect(Object.keys(files)).to.include.members(["infrastructure/outputs.json", "verify.json", "status.json"]);
    expect(left(printed)).to.deep.equal([]);
  });

  it("leave nothing in the command line of any process", function () {
    const { recorded, sampled } = watched.commandLines();
    expect(recorded.filter((line) => line.startsWith("node ")).length).to.be.above(10);
    if (realPulumi() !== undefined) {
      expect(recorded.join("\n")).to.match(/^pulumi up --stack local/m);
    }
    if (existsSync("/proc/self/cmdline")) {
      expect(sampled.join("\n")).to.include(control);
    }
    expect(left({ recorded: recorded.join("\n"), sampled: sampled.join("\n") })).to.deep.equal([]);
  });

  it("leave nothing in temporary files, in the checkout, or in Pulumi's state but encrypted", () => {
    const temporary = watched.files();
    expect(Object.values(temporary).join("\n")).to.include(control);
    expect(left(temporary)).to.deep.equal([]);
    const local = join(scratch.folder, ".local");
    const files = filesIn(scratch.folder);
    const states = files.filter(([path]) => path.startsWith(join(local, "state")));
    expect(states.some(([, text]) => text.includes("ciphertext"))).to.equal(true);
    expect(files.some(([path]) => path.endsWith("application/Pulumi.local.yaml"))).to.equal(true);
    expect(left(Object.fromEntries(files))).to.deep.equal([]);
  });
});
