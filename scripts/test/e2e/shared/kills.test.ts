import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../../bench/scratch";
import { configure } from "../configuration";
import { inventory, withoutRandom } from "../inventory";
import { describeKill, makeAndKill, randomKill, randomNumbers } from "../kill";
import { interpose, type Interposed } from "../proxied";
import { access, seeded } from "../sandbox";
import { installed } from "./installed";

/** `KILLS=20 SEED=7` for more than a short run, or for others. */
const kills = Number(process.env.KILLS ?? 3);
const seed = Number(process.env.SEED ?? 1);
const random = randomNumbers(seed);

/** About how many calls each command makes that change something in AWS. */
const calls = { deploy: 145, upgrade: 10, destroy: 115 };
type Command = keyof typeof calls;
const commands = Object.keys(calls) as Command[];

describe(`a command that is killed at a random moment (SEED=${seed})`, function () {
  this.timeout(900_000);
  let scratch: Scratch | undefined;
  let account: Interposed;
  let bare: string[];
  const counted = { kills: 0, recovered: 0, orphans: 0, duplicates: 0, missing: 0 };

  after(async () => {
    console.log(
      `      kills tried ${counted.kills}, recovered ${counted.recovered}, ` +
        `orphans ${counted.orphans}, duplicates ${counted.duplicates}, missing ${counted.missing}`,
    );
    await leave();
  });

  async function enter(): Promise<Scratch> {
    const checkout = scratchCheckout();
    const { code, output } = await checkout.make("env", "ENV=local");
    expect(code, output).to.equal(0);
    bare = await inventory(access(checkout));
    account = await interpose(checkout);
    return checkout;
  }

  async function leave(): Promise<void> {
    await account?.remove();
    await scratch?.remove();
    scratch = undefined;
  }

  /** Task definitions without their revision, which counts attempts. */
  const comparable = (lines: string[]): string[] =>
    withoutRandom(lines.map((line) => line.replace(/^(taskDefinition .*):\d+$/, "$1")));

  /** Compares the account with what a command makes that nobody disturbs. Each upgrade leaves one snapshot. */
  async function expectAsUndisturbed(checkout: Scratch, command: Command, upgrades: number): Promise<void> {
    const all = await inventory(access(checkout));
    const isSnapshot = (line: string): boolean => line.startsWith("snapshot ");
    const undisturbed = command === "destroy" ? bare : (await installed()).inventory;
    const actual = comparable(all.filter((line) => !isSnapshot(line)));
    const wanted = comparable(undisturbed.filter((line) => !isSnapshot(line)));
    const beyond = surplus(actual, wanted);
    const duplicates = beyond.filter((line) => wanted.includes(line));
    const orphans = beyond.filter((line) => !wanted.includes(line));
    const missing = surplus(wanted, actual);
    const snapshots = all.filter(isSnapshot);
    counted.orphans += orphans.length;
    counted.duplicates += duplicates.length + Math.max(0, snapshots.length - upgrades);
    counted.missing += missing.length;
    const wrong = Object.entries({ orphans, duplicates, missing }).flatMap(([what, lines]) =>
      lines.map((line) => `${what}: ${line}`),
    );
    expect(wrong, wrong.join("\n")).to.deep.equal([]);
    expect(snapshots).to.have.lengthOf(upgrades);
  }

  let upgrades = 0;
  for (let index = 0; index < kills; index += 1) {
    const command = commands[index % commands.length];
    const kill = randomKill(random, calls[command]);

    it(`make ${command}: ${describeKill(kill)}`, async function () {
      try {
        if (scratch === undefined) {
          scratch = await enter();
          upgrades = 0;
          if (command !== "deploy") await scratch.make("deploy", "ENV=local");
        }
        const checkout = scratch;
        const [, older = "", newer = ""] = seeded(checkout).imageTags;
        const args = [command, "ENV=local", ...(command === "upgrade" ? [`IMAGE_TAG=${newer}`] : ["YES=1"])];
        if (command === "deploy") configure(checkout, "application", { imageTag: older });
        if (command === "upgrade") upgrades += 1;

        const { at, outcome } = await makeAndKill(checkout, account, args, kill);
        if (outcome.code !== 0) {
          counted.kills += 1;
          const recovered = await checkout.make("recover", "ENV=local", "YES=1");
          expect(recovered.code, `${at}\n${outcome.output}\n── recover ──\n${recovered.output}`).to.equal(0);
          const again = await checkout.make(...args);
          expect(
            again.code,
            `${at}\n${outcome.output}\n── recover ──\n${recovered.output}\n── again ──\n${again.output}`,
          ).to.equal(0);
          counted.recovered += 1;
        }
        await expectAsUndisturbed(checkout, command, upgrades);
        const how = outcome.code === 0 ? "it went on all the same" : "it was killed";
        console.log(`        ${at === undefined ? "it ended before that call" : `${at}: ${how}`}`);
      } catch (error) {
        // The next one begins anew.
        await leave();
        throw error;
      }
    });
  }
});

/** What the one has beyond the other, as often as it has it. */
function surplus(lines: string[], others: string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
