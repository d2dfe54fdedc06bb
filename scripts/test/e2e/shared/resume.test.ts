import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ECSClient, ListTaskDefinitionFamiliesCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { type Layer, projectOf } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { deny, throttle } from "../../../sandbox/proxy";
import { inventory, withoutRandom } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { afterwards, interpose, type Interposed } from "../proxied";
import { access } from "../sandbox";
import { installed } from "./installed";

describe("a deployment that is interrupted again and again", function () {
  this.timeout(300_000);
  this.bail(true);
  let scratch: Scratch;
  let account: Interposed;

  before(() => {
    scratch = scratchCheckout();
  });

  after(async () => {
    await account?.remove();
    await scratch.remove();
  });

  /** Process ids in the locks of a layer's stack. */
  function lockHolders(layer: Layer): number[] {
    const locks = join(
      scratch.folder,
      ".local",
      "state",
      ".pulumi",
      "locks",
      "organization",
      projectOf(layer),
      "local",
    );
    const files = existsSync(locks) ? readdirSync(locks) : [];
    return files.map((file) => (JSON.parse(readFileSync(join(locks, file), "utf8")) as { pid: number }).pid);
  }

  /** Deploys; `happens` to its process group once the account has done what that call asks, and before the answer arrives. */
  async function deployUntil(
    [service, action]: [service: string, action: string],
    happens: (group: number) => unknown,
  ): Promise<Outcome> {
    let group = 0;
    account.inject(afterwards(service, action, () => happens(group)));
    const outcome = await run(scratch.folder, "make", ["deploy", "ENV=local"], (pid) => (group = pid));
    expect(outcome.code, outcome.output).not.to.equal(0);
    account.clear();
    return outcome;
  }

  const killGroup = (group: number): unknown => process.kill(-group, "SIGKILL");

  it("says so when the account goes away in the middle, and begins anew in the next one", async () => {
    await scratch.make("preflight", "ENV=local");
    const { pid } = JSON.parse(readFileSync(join(scratch.folder, ".local", "emulator.json"), "utf8")) as {
      pid: number;
    };
    account = await interpose(scratch);
    const { output } = await deployUntil(["iam", "CreateRole"], async () => {
      process.kill(pid, "SIGKILL");
      await account.remove();
    });
    expect(output).to.match(/ECONNREFUSED/);
    const next = await scratch.make("preflight", "ENV=local");
    expect(next.output).to.include("the emulated account is a new one: what was deployed into the former is gone");
    account = await interpose(scratch);
  });

  it("is killed when the data key exists and the state doesn't know it", async () => {
    await deployUntil(["kms", "CreateKey"], killGroup);
    expect(lockHolders("infrastructure")).to.have.lengthOf(1);
  });

  it("goes on, survives throttling, and names the resource that AWS refuses, with the words of AWS", async () => {
    for (const service of ["ec2", "iam", "s3", "rds"]) {
      account.inject({ service, action: /./, times: 3, play: throttle() });
    }
    account.inject({ service: "rds", action: "CreateDBInstance", play: deny() });
    const { code, output } = await scratch.make("deploy", "ENV=local");
    account.clear();
    expect(code, output).not.to.equal(0);
    expect(output, output)
      .to.match(/pulumi-local-database-instance-1: .*not authorized to perform: rds:CreateDBInstance/)
      .and.include("Not run: application, dns")
      .and.not.match(/Throttling|RequestLimitExceeded|SlowDown/);
  });

  it("loses only its pulumi process when an instance of the database exists and the state doesn't know it", async () => {
    const { output } = await deployUntil(["rds", "CreateDBInstance"], () => {
      const [pid = 0] = lockHolders("infrastructure");
      process.kill(pid, "SIGKILL");
    });
    expect(output).to.match(/infrastructure: .* failed\. Not run: application, dns/);
  });

  it("is killed when a task definition exists and the state doesn't know it", async () => {
    await deployUntil(["ecs", "RegisterTaskDefinition"], killGroup);
  });

  it("refuses a second run beside it, naming who holds the lock; and is killed while the migration runs", async () => {
    let second: Outcome | undefined;
    let holder: number | undefined;
    await deployUntil(["ecs", "RunTask"], async (group) => {
      [holder] = lockHolders("application");
      second = await plainPulumi(scratch, "application", upArguments("local"));
      killGroup(group);
    });
    expect(second?.code).not.to.equal(0);
    expect(second?.output).to.include("locked").and.include(`pid ${holder}`);
  });

  it("takes over the lock of the dead process, and completes", async () => {
    expect(lockHolders("application")).to.have.lengthOf(1);
    const { code, output } = await scratch.make("deploy", "ENV=local");
    expect(code, output).to.equal(0);
    expect(lockHolders("application")).to.deep.equal([]);
  });

  it("has run the migration once", async () => {
    const ecs = new ECSClient(access(scratch));
    const { families = [] } = await ecs.send(new ListTaskDefinitionFamiliesCommand({ status: "ACTIVE" }));
    const family = families.find((each) => each.endsWith("-migration"));
    const cluster = "pulumi-local-cluster";
    const tasks = await Promise.all(
      (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
        ecs.send(new ListTasksCommand({ cluster, family, desiredStatus })),
      ),
    );
    expect(tasks.flatMap(({ taskArns = [] }) => taskArns)).to.have.lengthOf(1);
  });

  it("has made what an undisturbed deployment makes: nothing twice, nothing left over", async () => {
    const undisturbed = (await installed()).inventory;
    expect(withoutRandom(await inventory(access(scratch)))).to.deep.equal(withoutRandom(undisturbed));
  });
});
