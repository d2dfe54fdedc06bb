import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { type Kill, send } from "../kill";
import { plainPulumi } from "../plain-pulumi";
import { afterwards, interpose, type Interposed } from "../proxied";
import { seeded } from "../sandbox";
import { operationsOf } from "../state";

describe("make recover", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let account: Interposed;

  before(async () => {
    scratch = scratchCheckout();
    await scratch.make("env", "ENV=local");
    account = await interpose(scratch);
  });

  after(async () => {
    await account?.remove();
    await scratch?.remove();
  });

  type Call = [service: string, action: string];

  /** Runs a command, which is killed with all that it started once the account has done what a call asks. */
  const killed = (call: Call, ...args: string[]): Promise<void> => killedOf("group", call, args);

  async function killedOf(target: Kill["target"], call: Call, args: string[]): Promise<void> {
    let group = 0;
    account.inject(afterwards(...call, () => send("SIGKILL", target, group)));
    const outcome = await run(scratch.folder, "make", args, { onStart: (pid) => (group = pid) });
    expect(outcome.code, outcome.output).not.to.equal(0);
    account.clear();
  }

  /** Recovers, and expects that the state then has nothing in doubt. */
  async function recovered(): Promise<Outcome> {
    const outcome = await scratch.make("recover", "ENV=local", "YES=1");
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  }

  async function state(layer: Layer): Promise<{ urn: string; id?: string; type: string }[]> {
    const { output } = await plainPulumi(scratch, layer, ["stack", "export", "--stack", "local"]);
    return (JSON.parse(output.slice(output.indexOf("{"))) as { deployment: { resources: [] } }).deployment.resources;
  }

  it("is named by the commands that change something, while a killed one holds the lock", async () => {
    await killed(["kms", "CreateKey"], "deploy", "ENV=local");
    for (const command of ["deploy", "destroy"]) {
      const { code, output } = await scratch.make(command, "ENV=local", "YES=1");
      expect(code).not.to.equal(0);
      expect(output, output)
        .to.match(/infrastructure: locked by \S+ since \S+ \(process \d+, which is gone\)/)
        .and.match(/infrastructure: interrupted while creating pulumi-local-data-key-key \(aws:kms\/key:Key\)/)
        .and.include("make recover ENV=local")
        .and.include("Nothing was changed");
    }
  });

  it("asks first, and changes nothing where nobody is there", async () => {
    const { code, output } = await scratch.make("recover", "ENV=local");
    expect(code).not.to.equal(0);
    expect(output).to.include("make recover ENV=local YES=1");
  });

  it("takes the key that was made into the state", async () => {
    const { output } = await recovered();
    expect(output).to.match(/pulumi-local-data-key-key .*: was made; \S+ is taken into the state/);
    expect((await state("infrastructure")).map(({ type }) => type)).to.include("aws:kms/key:Key");
    expect((await scratch.make("recover", "ENV=local")).output).to.include("Nothing to recover");
  });

  const goesOn = (...call: Call): unknown =>
    it(`goes on from a kill at ${call[1]}`, async () => {
      await killed(call, "deploy", "ENV=local");
      await recovered();
    });

  const takesIn = (type: string, ...call: Call): unknown =>
    it(`takes in what was made at ${call[1]} as the provider's process ended, of which there is no record`, async () => {
      await killedOf("plugin", call, ["deploy", "ENV=local"]);
      const { output } = await recovered();
      expect(output).to.match(new RegExp(`\\(${type}\\): was made; \\S+ is taken into the state`));
    });

  // In the order in which a deployment makes them.
  takesIn("aws:secretsmanager/secret:Secret", "secretsmanager", "CreateSecret");
  goesOn("rds", "CreateDBInstance");
  takesIn("aws:iam/rolePolicy:RolePolicy", "iam", "PutRolePolicy");
  goesOn("ecs", "RunTask");
  goesOn("ecs", "CreateService");

  it("leaves a deployment to complete, and nothing to do after it", async () => {
    const deploy = async (): Promise<void> => {
      const { code, output } = await scratch.make("deploy", "ENV=local");
      expect(code, output).to.equal(0);
    };
    await deploy();
    expect(await operationsOf(scratch, deploy)).to.deep.equal([]);
  });

  const upgrade = (): string[] => ["upgrade", "ENV=local", `IMAGE_TAG=${seeded(scratch).imageTags.at(-1)}`];

  it("goes on from a kill of an upgrade before its migration", async () => {
    await killed(["ecs", "RegisterTaskDefinition"], ...upgrade());
    await recovered();
  });
});
