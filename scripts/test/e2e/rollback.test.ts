import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeDBClusterSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect } from "chai";
import type { Outcome } from "../../lib/scratch";
import type { Row } from "../../lib/status-rows";
import type { Deployed } from "../../lib/layers";
import { plainPulumi } from "./plain-pulumi";
import { seeded } from "./sandbox";
import { standing, type Installation } from "./standing";

describe("the way back from an upgrade", function () {
  this.timeout(300_000);
  this.bail(true);
  let installation: Installation;
  let older: string;
  let newer: string;
  let migrationLog: string;

  const make = (...args: string[]): Promise<Outcome> => installation.scratch.make(...args);
  async function must(...args: string[]): Promise<string> {
    const { code, output } = await make(...args);
    expect(code, output).to.equal(0);
    return output;
  }
  const upgrade = (): Promise<string> => must("upgrade", "ENV=local", `IMAGE_TAG=${newer}`);
  const refused = async (...args: string[]): Promise<string> => {
    const { code, output } = await make("rollback", "ENV=local", ...args);
    expect(code, output).not.to.equal(0);
    return output;
  };

  async function releases(): Promise<Record<string, string>> {
    const rows = JSON.parse(await must("--silent", "status", "ENV=local", "JSON=1")) as Row[];
    return Object.fromEntries(rows.map(({ what, version }) => [what, version]));
  }
  async function runsOfMigration(): Promise<number> {
    const command = new DescribeLogStreamsCommand({ logGroupName: migrationLog });
    return (await new CloudWatchLogsClient(installation.aws).send(command)).logStreams?.length ?? 0;
  }
  async function snapshots(): Promise<string[]> {
    const { DBClusterSnapshots = [] } = await new RDSClient(installation.aws).send(
      new DescribeDBClusterSnapshotsCommand({}),
    );
    return DBClusterSnapshots.flatMap(({ DBClusterSnapshotIdentifier: id }) => (id?.includes("-before-") ? id : []));
  }

  before(async () => {
    installation = await standing();
    [older = "", newer = ""] = seeded(installation.scratch).imageTags.slice(-2);
    const { application } = JSON.parse(await must("--silent", "outputs", "ENV=local", "JSON=1")) as Deployed;
    migrationLog = application.migration.logGroup;
  });

  it("is refused where there was no upgrade", async () => {
    expect(await refused()).to.include("No upgrade of local is on record");
  });

  it("leads to the release before, where the migration left the database as it was", async () => {
    await upgrade();
    const runs = await runsOfMigration();
    expect(await must("rollback", "ENV=local")).to.include(`rolling local back from ${newer} to ${older}`);
    expect(await releases()).to.include({ api: older, console: older, "  restore point": older });
    expect(await runsOfMigration(), "the older migrations must not run").to.equal(runs);
  });

  it("is refused a second time, in place of going further back", async () => {
    expect(await refused()).to.include(
      `local is at ${older} already, from where the last upgrade started, to ${newer}`,
    );
  });

  it("leaves the way forward open: nothing to migrate, so no other snapshot", async () => {
    const before = { snapshots: await snapshots(), runs: await runsOfMigration() };
    await upgrade();
    expect(await releases()).to.include({ api: newer, console: newer });
    expect({ snapshots: await snapshots(), runs: await runsOfMigration() }).to.deep.equal(before);
  });

  it("is refused where the migration changed the database, with the snapshot to restore", async () => {
    const logs = new CloudWatchLogsClient(installation.aws);
    const stream = { logGroupName: migrationLog, logStreamName: "migration/migration/0123456789abcdef" };
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = [{ timestamp: Date.now(), message: "214/u add_index (12.3ms)" }];
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));

    const [snapshot] = await snapshots();
    expect(await refused())
      .to.include("214/u add_index (12.3ms)")
      .and.include(`restore the snapshot ${snapshot}`)
      .and.include("make rollback ENV=local ALLOW_DOWNGRADE=1");
    expect(await releases()).to.include({ api: newer, console: newer });
  });

  it("is open all the same to who says that the vendor allows it, and changes nothing afterwards", async () => {
    await must("rollback", "ENV=local", "ALLOW_DOWNGRADE=1");
    expect(await releases()).to.include({ api: older, console: older });
    const kept = await plainPulumi(installation.scratch, "application", [
      "config",
      "get",
      "migrationImageTag",
      "--stack",
      "local",
    ]);
    expect(kept.output.trim()).to.equal(newer);
    expect(await must("preview", "ENV=local")).not.to.match(/\d+ (to create|to update|to replace|to delete)/);
  });
});
