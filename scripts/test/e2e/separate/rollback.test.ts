import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeDBClusterSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import type { ApplicationOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import type { StatusRow } from "../../../report";
import { rolledBack } from "../../../sandbox/test/faults";
import { configure } from "../configuration";
import type { Access } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { interpose } from "../proxied";
import { access, outputsOf, seeded } from "../sandbox";
import { operationsOf } from "../state";

describe("the rollback of an upgrade", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let aws: Access;
  let application: ApplicationOutputs;
  /** Releases, the oldest first. */
  let [a, b, c]: [string, string, string] = ["", "", ""];

  const make = (...args: string[]): Promise<Outcome> => scratch.make(...args);
  async function must(...args: string[]): Promise<string> {
    const { code, output } = await make(...args);
    expect(code, output).to.equal(0);
    return output;
  }
  async function refused(...args: string[]): Promise<string> {
    const { code, output } = await make(...args);
    expect(code, output).not.to.equal(0);
    return output;
  }
  const upgrade = (release: string): Promise<string> => must("upgrade", "ENV=local", `IMAGE_TAG=${release}`);

  async function releases(): Promise<Record<string, string>> {
    const { code, stdout, output } = await make("--silent", "status", "ENV=local", "JSON=1");
    expect(code, output).to.equal(0);
    const rows = JSON.parse(stdout) as StatusRow[];
    return Object.fromEntries(rows.map(({ what, version }) => [what.trim(), version]));
  }
  /** What an upgrade leaves behind: snapshots, and runs of the migration. */
  async function traces(): Promise<{ snapshots: (string | undefined)[]; runs: number | undefined }> {
    const { DBClusterSnapshots = [] } = await new RDSClient(aws).send(new DescribeDBClusterSnapshotsCommand({}));
    const { logStreams } = await new CloudWatchLogsClient(aws).send(
      new DescribeLogStreamsCommand({ logGroupName: application.migration.logGroup }),
    );
    const snapshots = DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier);
    return { snapshots: snapshots.filter((name) => name?.includes("-before-")), runs: logStreams?.length };
  }

  before(async () => {
    scratch = scratchCheckout();
    await must("env", "ENV=local");
    aws = access(scratch);
    [a = "", b = "", c = ""] = seeded(scratch).imageTags;
    configure(scratch, "application", { imageTag: a });
    await must("deploy", "ENV=local");
    ({ application } = outputsOf(scratch));
  });

  after(() => scratch.remove());

  it("is refused where there was no upgrade", async () => {
    expect(await refused("rollback", "ENV=local")).to.include("No upgrade of local is on record");
  });

  it("leads to the release before, where the migration left the database as it was", async () => {
    await upgrade(b);
    const { runs } = await traces();
    expect(await must("rollback", "ENV=local")).to.include(`rolling local back from ${b} to ${a}`);
    expect(await releases()).to.include({ api: a, console: a, migration: b, snapshot: a });
    expect((await traces()).runs, "the older migrations must not run").to.equal(runs);
  });

  it("is refused a second time, in place of going further back", async () => {
    expect(await refused("rollback", "ENV=local")).to.include(`from ${a} to ${b}, is not in force`);
    expect(await must("rollback", "ENV=local", `IMAGE_TAG=${a}`)).to.include(`local runs ${a} already`);
  });

  it("leaves the way forward open: nothing to migrate, so no other snapshot", async () => {
    const before = await traces();
    const account = await interpose(scratch);
    try {
      // It doesn't get far, either.
      account.inject(...rolledBack(application.api.serviceName));
      expect(await refused("upgrade", "ENV=local", `IMAGE_TAG=${b}`)).to.include("or go back: make rollback ENV=local");
    } finally {
      await account.remove();
    }
    expect(await releases()).to.include({ api: a, console: b });
    expect(await traces()).to.deep.equal(before);
  });

  it("is refused where a migration changed the database, with the snapshot from before the change", async () => {
    const { snapshots } = await traces();
    const logs = new CloudWatchLogsClient(aws);
    const stream = { logGroupName: application.migration.logGroup, logStreamName: "migration/migration/0123456789" };
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = [{ timestamp: Date.now(), message: "214/u add_index (12.3ms)" }];
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));

    // The release before is the one that ran when this upgrade began, not the one that never did.
    expect(await upgrade(c)).to.include(`rolling local from ${a} to ${c}`);
    expect(await refused("rollback", "ENV=local"))
      .to.include("214/u add_index (12.3ms)")
      .and.include(`restore the snapshot ${snapshots[0]}`)
      .and.include(`make rollback ENV=local IMAGE_TAG=${a} ALLOW_DOWNGRADE=1`);
    expect(await releases()).to.include({ api: c, console: c });
  });

  it("is open all the same to who says that the vendor allows it, and changes nothing afterwards", async () => {
    await must("rollback", "ENV=local", "ALLOW_DOWNGRADE=1");
    expect(await releases()).to.include({ api: a, console: a });
    const kept = await plainPulumi(scratch, "application", ["config", "get", "migrationImageTag", "--stack", "local"]);
    expect(kept.stdout.trim()).to.equal(c);
    const done = await operationsOf(scratch, async () => {
      const { code, output } = await plainPulumi(scratch, "application", upArguments("local"));
      expect(code, output).to.equal(0);
    });
    expect(done).to.deep.equal([]);
  });
});
