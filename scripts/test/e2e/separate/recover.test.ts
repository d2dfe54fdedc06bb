import { ECS } from "@aws-sdk/client-ecs";
import { RDS } from "@aws-sdk/client-rds";
import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import type { Fault } from "../../../sandbox/test/proxy";
import { inventory, withoutRandom } from "../inventory";
import { type Kill, send } from "../kill";
import { plainPulumi } from "../plain-pulumi";
import { afterwards, interpose, type Interposed } from "../proxied";
import { access, seeded } from "../sandbox";
import { operationsOf } from "../state";

describe("make recover", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let account: Interposed;
  let twiceBefore: string[];

  before(async () => {
    scratch = scratchCheckout();
    await scratch.make("env", "ENV=local");
    twiceBefore = await twice();
    account = await interpose(scratch);
  });

  after(async () => {
    await account?.remove();
    await scratch?.remove();
  });

  /** Runs a command, and again for as long as it answers that a migration is in progress and asks for that. */
  async function make(args: string[], onStart?: (pid: number) => void): Promise<Outcome> {
    const outcome = await run(scratch.folder, "make", args, { onStart });
    return /A migration is in progress.*run this again/.test(outcome.output) ? make(args, onStart) : outcome;
  }

  type Call = [service: string, action: string];
  type Held = Pick<Fault, "service" | "action">;

  /** What is killed between the creation of a bucket and its tags is rightly unclear, and has a test of its own. */
  const buckets = { service: "s3", action: /^PUT / };

  /** Runs a command, which is killed with all that it started once the account has done what a call asks. */
  const killed = (call: Call, ...args: string[]): Promise<void> => killedOf("group", call, args);

  /** @param held calls that would be made beside it: the account never hears of them, so that the next deployment makes them. */
  async function killedOf(target: Kill["target"], call: Call, args: string[], ...held: Held[]): Promise<void> {
    let group = 0;
    let kill = (): void => undefined;
    const isKilled = new Promise<void>((resolve) => (kill = () => (send("SIGKILL", target, group), resolve())));
    account.inject(
      afterwards(...call, () => kill()),
      ...held.map((calls) => ({ ...calls, play: () => isKilled.then(() => undefined) })),
    );
    const outcome = await make(args, (pid) => (group = pid));
    expect(outcome.code, outcome.output).not.to.equal(0);
    account.clear();
  }

  /** Recovers, and expects that the state then has nothing in doubt. */
  async function recovered(): Promise<Outcome> {
    const outcome = await scratch.make("recover", "ENV=local", "YES=1");
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  }

  /** What the account has more than once. Snapshots are counted by themselves: each attempt at an upgrade before its migration takes one. */
  async function twice(): Promise<string[]> {
    const all = withoutRandom(await inventory(access(scratch))).filter((line) => !line.startsWith("snapshot "));
    return all.filter((each, index) => all.indexOf(each) !== index);
  }

  async function state(layer: Layer): Promise<{ urn: string; id?: string; type: string }[]> {
    const { output } = await plainPulumi(scratch, layer, ["stack", "export", "--stack", "local"]);
    return (JSON.parse(output.slice(output.indexOf("{"))) as { deployment: { resources: [] } }).deployment.resources;
  }

  it("is named by the commands that change something, while a killed one holds the lock", async () => {
    await killedOf("group", ["kms", "CreateKey"], ["deploy", "ENV=local"], buckets);
    // Pulumi may have been killed while it wrote its state, of which nothing can be read then.
    const inDoubt =
      /infrastructure: (interrupted while creating pulumi-local-data-key-key \(aws:kms\/key:Key\)|killed while writing \S+)/;
    for (const command of ["deploy", "destroy"]) {
      const { code, output } = await scratch.make(command, "ENV=local", "YES=1");
      expect(code).not.to.equal(0);
      expect(output, output)
        .to.match(/infrastructure: locked by \S+ since \S+ \(process \d+, which is gone\)/)
        .and.match(inDoubt)
        .and.include("make recover ENV=local")
        .and.include("Nothing was changed");
    }
  });

  it("asks first, and changes nothing where nobody is there", async () => {
    const { code, output } = await scratch.make("recover", "ENV=local");
    expect(code).not.to.equal(0);
    expect(output, output).to.include("make recover ENV=local YES=1");
  });

  it("takes the key that was made into the state", async () => {
    const { output } = await recovered();
    expect(output, output).to.match(/pulumi-local-data-key-key .*: was made; \S+ is taken into the state/);
    expect((await state("infrastructure")).map(({ type }) => type)).to.include("aws:kms/key:Key");
    expect((await scratch.make("recover", "ENV=local")).output).to.include("Nothing to recover");
  });

  const goesOn = (...call: Call): unknown =>
    it(`goes on from a kill at ${call[1]}`, async () => {
      await killed(call, "deploy", "ENV=local");
      await recovered();
    });

  const takesIn = (type: string, call: Call, ...held: Held[]): unknown =>
    it(`takes in what was made at ${call[1]} as the provider's process ended, of which there is no record`, async () => {
      await killedOf("plugin", call, ["deploy", "ENV=local"], ...held);
      const { output } = await recovered();
      expect(output, output).to.match(new RegExp(`\\(${type}\\): was made; \\S+ is taken into the state`));
    });

  // In the order in which a deployment makes them.
  const loadBalancer: Call = ["elasticloadbalancing", "CreateLoadBalancer"];
  takesIn("aws:secretsmanager/secret:Secret", ["secretsmanager", "CreateSecret"], buckets);
  goesOn("rds", "CreateDBInstance");
  takesIn("aws:iam/rolePolicy:RolePolicy", ["iam", "PutRolePolicy"], {
    service: loadBalancer[0],
    action: loadBalancer[1],
  });
  goesOn(...loadBalancer);
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

  const snapshots = async (): Promise<number | undefined> =>
    (await new RDS(access(scratch)).describeDBClusterSnapshots({ SnapshotType: "manual" })).DBClusterSnapshots?.length;
  let taken: number | undefined;

  it("goes on from a kill of an upgrade before its migration", async () => {
    await killed(["ecs", "RegisterTaskDefinition"], ...upgrade());
    await recovered();
  });

  it("goes on from a kill of an upgrade in its migration", async () => {
    await killed(["ecs", "RunTask"], ...upgrade());
    taken = await snapshots();
    await recovered();
  });

  it("goes on from a kill of an upgrade after its migration", async () => {
    await killed(["ecs", "UpdateService"], ...upgrade());
    await recovered();
  });

  it("leaves the upgrade to complete, with no other snapshot than from before the migration", async () => {
    const { code, output } = await make(upgrade());
    expect(code, output).to.equal(0);
    expect(await snapshots()).to.equal(taken);
  });

  it("leaves nothing twice, and no task definition that no state has", async () => {
    expect(await twice()).to.deep.equal(twiceBefore);
    const { taskDefinitionArns } = await new ECS(access(scratch)).listTaskDefinitions({ status: "ACTIVE" });
    const known = (await state("application")).filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    expect(taskDefinitionArns).to.have.members(known.map(({ id }) => id));
  });
});
