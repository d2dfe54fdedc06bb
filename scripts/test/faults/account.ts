import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../bench/scratch";
import { configure } from "../e2e/configuration";
import { inventory, withoutRandom } from "../e2e/inventory";
import { databasePassword, plant, plantedValues } from "../e2e/planted";
import { interpose, type Interposed } from "../e2e/proxied";
import { access, seeded } from "../e2e/sandbox";
import { remainsOf } from "../support/remains";
import type { Count } from "./counts";

/**
 * The commands, and how many calls each makes at least that change something in AWS: a few less than were counted, so that what is drawn
 * happens. In this order, each goes on from the one before.
 */
export const calls = { upgrade: 8, destroy: 100, deploy: 130 };
export type Command = keyof typeof calls;
export const commands = Object.keys(calls) as Command[];

/** What each command leaves. */
type State = "empty" | "deployed" | "upgraded";
const leaves: Record<Command, State> = { deploy: "deployed", upgrade: "upgraded", destroy: "empty" };

/** Which states it may begin from. */
const beginsFrom: Record<Command, State[]> = {
  deploy: ["empty"],
  upgrade: ["deployed"],
  destroy: ["deployed", "upgraded"],
};

/** An installation with planted secrets in an account of its own, behind a proxy. */
export class Disturbed {
  account!: Interposed;
  private state: State = "empty";
  private bare: string[] = [];
  private upgrades = 0;
  /** Those that were planted, and those that Pulumi made up. */
  private readonly secrets = [...plantedValues];

  /** What commands that nobody disturbs leave, in any account. */
  private static undisturbed: string[] | undefined;

  private constructor(readonly scratch: Scratch) {}

  static async begin(): Promise<Disturbed> {
    const disturbed = new Disturbed(scratchCheckout());
    await disturbed.enter();
    await plant(disturbed.scratch);
    return disturbed;
  }

  /** Enters the account: the one of before, or a new one where that is gone. */
  async enter(): Promise<void> {
    const { code, output } = await this.scratch.make("env", "ENV=local");
    expect(code, output).to.equal(0);
    this.state = "empty";
    this.upgrades = 0;
    this.bare = await inventory(access(this.scratch));
    this.account = await interpose(this.scratch);
  }

  async end(): Promise<void> {
    await this.account.remove();
    await this.scratch.remove();
  }

  args(command: Command): string[] {
    const [, , newer = ""] = seeded(this.scratch).imageTags;
    return [command, "ENV=local", ...(command === "upgrade" ? [`IMAGE_TAG=${newer}`] : ["YES=1"])];
  }

  /** Leads to where a command may begin, by commands that nobody disturbs. */
  async prepare(command: Command): Promise<void> {
    if (Disturbed.undisturbed === undefined) {
      await this.run("deploy");
      Disturbed.undisturbed = await inventory(access(this.scratch));
    }
    while (!beginsFrom[command].includes(this.state)) {
      await this.run(this.state === "empty" ? "deploy" : "destroy");
    }
    this.configureFor(command);
  }

  private async run(command: Command): Promise<void> {
    this.configureFor(command);
    const { code, output } = await this.scratch.make(...this.args(command));
    expect(code, output).to.equal(0);
    await this.done(command);
  }

  private configureFor(command: Command): void {
    const [, older = ""] = seeded(this.scratch).imageTags;
    if (command === "deploy") configure(this.scratch, "application", { imageTag: older });
  }

  /** A command has completed. */
  async done(command: Command): Promise<void> {
    this.state = leaves[command];
    this.upgrades += Number(command === "upgrade");
    if (command === "deploy") this.secrets.push(["the database's password", await databasePassword(this.scratch)]);
  }

  /** Compares the account with what a command leaves that nobody disturbs. Each upgrade leaves one snapshot. */
  async compare(count: Count): Promise<string[]> {
    const all = await inventory(access(this.scratch));
    const isSnapshot = (line: string): boolean => line.startsWith("snapshot ");
    const undisturbed = this.state === "empty" ? this.bare : (Disturbed.undisturbed ?? []);
    const actual = comparable(all.filter((line) => !isSnapshot(line)));
    const wanted = comparable(undisturbed.filter((line) => !isSnapshot(line)));
    const beyond = surplus(actual, wanted);
    const taken = all.filter(isSnapshot);
    const found = {
      orphans: beyond.filter((line) => !wanted.includes(line)),
      duplicates: [...beyond.filter((line) => wanted.includes(line)), ...taken.slice(this.upgrades)],
      missing: [...surplus(wanted, actual), ...Array.from({ length: this.upgrades - taken.length }, () => "snapshot")],
    };
    count.orphans += found.orphans.length;
    count.duplicates += found.duplicates.length;
    count.missing += found.missing.length;
    return Object.entries(found).flatMap(([what, lines]) => lines.map((line) => `${what}: ${line}`));
  }

  /** Which secrets are in what was printed. */
  secretsIn(text: string): string[] {
    return this.secrets.flatMap(([name, value]) => remainsOf(value, text).map((form) => `${name} ${form}`));
  }
}

/** Task definitions without their revision, which counts attempts. */
const comparable = (lines: string[]): string[] =>
  withoutRandom(lines.map((line) => line.replace(/^(taskDefinition .*):\d+$/, "$1")));

/** What the one has beyond the other, as often as it has it. */
function surplus(lines: string[], others: string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
