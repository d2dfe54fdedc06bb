import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { deny, throttle } from "../../../sandbox/test/proxy";
import { inventory, withoutRandom } from "../inventory";
import { afterwards, interpose, type Interposed } from "../proxied";
import { access } from "../sandbox";
import { installed } from "./installed";

describe("a deployment that is disturbed", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let account: Interposed;

  const deploy = (): Promise<Outcome> => scratch.make("deploy", "ENV=local");
  async function failed(deployment = deploy()): Promise<string> {
    const { code, output } = await deployment;
    account.clear();
    expect(code, output).not.to.equal(0);
    return output;
  }

  before(async () => {
    scratch = scratchCheckout();
    await scratch.make("env", "ENV=local");
    account = await interpose(scratch);
  });

  after(async () => {
    await account.remove();
    await scratch.remove();
  });

  it("says so when the account goes away in the middle, and begins anew in the next one", async () => {
    const record = readFileSync(join(scratch.folder, ".local", "emulator.json"), "utf8");
    const { pid } = JSON.parse(record) as { pid: number };
    const accountEnds = async (): Promise<void> => {
      process.kill(pid, "SIGKILL");
      await account.remove();
    };
    account.inject(afterwards("iam", "CreateRole", accountEnds));
    expect(await failed()).to.match(/ECONNREFUSED/);
    const next = await scratch.make("preflight", "ENV=local");
    expect(next.output).to.include("the emulated account is a new one: what was deployed into the former is gone");
    account = await interpose(scratch);
  });

  it("survives throttling, and names the resource that AWS refuses, with the words of AWS", async () => {
    for (const service of ["ec2", "iam", "s3", "rds"]) {
      account.inject({ service, action: /./, times: 3, play: throttle() });
    }
    account.inject({ service: "rds", action: "CreateDBInstance", play: deny() });
    expect(await failed())
      .to.include("pulumi-local-database-instance-1")
      .and.include("not authorized to perform: rds:CreateDBInstance")
      .and.include("Not run: application, dns")
      .and.not.match(/Throttling|RequestLimitExceeded|SlowDown/);
  });

  it("refuses a second one beside it, and completes", async () => {
    let second = "";
    account.inject(afterwards("ecs", "RunTask", async () => (second = await failed())));
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(second)
      .to.match(/application: locked by .*, which is running/)
      .and.include("Wait until it has ended");
  });

  it("has then made what an undisturbed one makes: nothing twice, nothing left over", async () => {
    const undisturbed = (await installed()).inventory;
    expect(withoutRandom(await inventory(access(scratch)))).to.deep.equal(withoutRandom(undisturbed));
  });
});
