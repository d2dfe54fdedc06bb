import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { type Outcome, run } from "../../../bench/scratch";
import type { Cost } from "../../../cost/cost";
import { deny } from "../../../sandbox/test/proxy";
import { plainPulumi } from "../plain-pulumi";
import { interpose } from "../proxied";
import { outputsOf } from "../sandbox";
import { type Installation, installed } from "./installed";

describe("an operator's look at what is deployed", function () {
  this.timeout(600_000);
  let installation: Installation;

  before(async () => {
    installation = await installed();
  });

  async function json<T>(...command: string[]): Promise<T> {
    const { code, stdout, output } = await installation.scratch.make("--silent", ...command, "ENV=local", "JSON=1");
    expect(code, output).to.equal(0);
    return JSON.parse(stdout) as T;
  }

  /** `make` makes 2 of every exit code but 0. */
  const drift = (): Promise<Outcome> => {
    const node = ["--require", "@selfhosted/common/register", "scripts/commands/drift.ts", "--env=local", "--json=1"];
    return run(installation.scratch.folder, "node", node);
  };

  it("sees where it is, when it was deployed, how old the last backup is, and that all is healthy", async () => {
    interface Row {
      what: string;
      where: string;
      version: string;
      state: string;
      healthy?: boolean;
    }
    const rows = await json<Row[]>("status");
    const { application } = outputsOf(installation.scratch);
    const row = (what: string): Row | undefined => rows.find((each) => each.what === what);
    const { accountId, region } = application.installation;
    expect([row("environment"), row("account"), row("region")].map((each) => each?.where)).to.deep.equal([
      "local",
      accountId,
      region,
    ]);
    expect(row("release")?.version).to.equal(application.imageTag);
    expect(row("last deployment")?.state).to.match(/^succeeded \d{4}-/);
    expect(row("last backup")?.state).to.match(/^\d+ \w+ old/);
    expect(rows.filter(({ healthy }) => healthy === false)).to.deep.equal([]);
    expect(rows.filter(({ healthy }) => healthy).map(({ what }) => what)).to.include.members(["api", "database"]);
  });

  it("sees what it costs in a month, by its state", async () => {
    const { local } = await json<Record<string, Cost>>("cost");
    expect(local?.unknown).to.deep.equal([]);
    expect(local?.region).to.equal(outputsOf(installation.scratch).application.installation.region);
    const counts = Object.fromEntries((local?.rows ?? []).map(({ what, count }) => [what, count]));
    expect(counts).to.include({ "tasks: CPU": 2.5, "load balancers": 2, "database instances": 2 });
    expect(local?.usdPerMonth).to.be.greaterThan(300);
  });

  it("reads the log of the migration, and says where there is none", async () => {
    const { code, stdout, output } = await installation.scratch.make(
      "--silent",
      "logs",
      "ENV=local",
      "SERVICE=migration",
      "SINCE=1d",
    );
    expect(code, output).to.equal(0);
    expect(stdout).to.match(/^\d{4}-\S+Z [0-9a-f]{8} no change$/m);
    const jobs = await installation.scratch.make("logs", "ENV=local", "SERVICE=jobs");
    expect(jobs.code).not.to.equal(0);
    expect(jobs.output).to.include("the API does them. make logs ENV=local SERVICE=api");
  });

  it("reads the events of ECS and RDS", async () => {
    const events = await json<{ at: string; what: string; message: string }[]>("events");
    expect(events.map(({ at }) => at)).to.deep.equal(events.map(({ at }) => at).sort());
    expect(events.filter(({ what }) => what === "api").map(({ message }) => message)).to.include.members([
      "(service pulumi-local-api) has reached a steady state.",
    ]);
    expect(events.map(({ message }) => message)).to.include("DB instance created");
  });

  it("can't open a shell where no containers run", async () => {
    const { code, output } = await installation.scratch.make("shell", "ENV=local", "SERVICE=api");
    expect(code).not.to.equal(0);
    expect(output).to.include("The sandbox runs no containers");
  });

  it("finds what was changed outside of Pulumi, by its exit code too, and changes nothing in the state", async () => {
    const logs = new CloudWatchLogs(installation.aws);
    const { logGroup: logGroupName } = outputsOf(installation.scratch).application.api;
    const exported = async (): Promise<string> =>
      (await plainPulumi(installation.scratch, "application", ["stack", "export", "--stack", "local"])).stdout;
    const none = await drift();
    expect([none.code, none.stdout], none.output).to.deep.equal([0, "[]\n"]);

    const before = await exported();
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
    await logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 });
    try {
      const { code, stdout, output } = await drift();
      expect(code, output).to.equal(2);
      expect(JSON.parse(stdout)).to.deep.equal([
        {
          layer: "application",
          name: "pulumi-local-api-logs",
          type: "aws:cloudwatch/logGroup:LogGroup",
          properties: ["retentionInDays"],
          gone: false,
        },
      ]);
      expect(await exported()).to.equal(before);
    } finally {
      await logs.putRetentionPolicy({ logGroupName, retentionInDays: logGroups?.[0]?.retentionInDays });
    }
  });

  it("has another exit code where AWS can't be asked", async () => {
    const account = await interpose(installation.scratch);
    try {
      account.inject({ service: "logs", action: "DescribeLogGroups", play: deny() });
      const { code, stdout, output } = await drift();
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(output).to.include("logs:DescribeLogGroups");
    } finally {
      await account.remove();
    }
  });
});
