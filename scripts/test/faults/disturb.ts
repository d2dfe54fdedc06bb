import { expect } from "chai";
import { type Outcome, run } from "../../bench/scratch";
import { elapsed } from "../../waiting";
import { randomNumbers } from "../e2e/random";
import { calls, type Command, Disturbed } from "./account";
import { Counts } from "./counts";
import { type Begun, type Kind, kinds as allKinds, saidByNext } from "./kinds";

/** A fault and the command that it happens to. */
export interface Attempt {
  kind: keyof typeof allKinds;
  command: Command;
  seed: string;
}

/** What none of our commands may print: where in a program something broke. */
const trace = /^\s+at .*:\d+:\d+\)?$|^goroutine \d+|^panic: /m;

/**
 * Declares a test for each: the command completes, or says what a person can act on, and completes when it is run again, after `make recover`
 * where it asks for that. Then the account holds what it does where nothing disturbs, and no secret was printed.
 */
export function disturb(attempts: Attempt[]): void {
  describe("a command that is disturbed", function () {
    this.timeout(1_200_000);
    const counts = new Counts();
    let disturbed: Disturbed | undefined;
    const leave = async (): Promise<void> => {
      await disturbed?.end();
      disturbed = undefined;
    };

    after(async () => {
      console.log(`\n${counts.describe()}\n`);
      await leave();
    });

    for (const { kind: name, command, seed } of attempts) {
      const kind: Kind = allKinds[name];
      it(`make ${command}: ${name} (${seed})`, async function () {
        const because = kind.unavailable?.();
        if (because !== undefined) {
          console.log(`        ${name} can't be tried: ${because}`);
          this.skip();
        }
        try {
          disturbed ??= await Disturbed.begin();
          await disturbed.prepare(command);
          const count = counts.of(name, command);
          const printed: string[] = [];
          const begun = Date.now();
          count.runs += 1;
          const { how, injected, what } = await completed(disturbed, command, kind, seed, printed).finally(() =>
            expectClear(printed),
          );
          await disturbed.done(command);
          count.injected += injected;
          const wrong = await disturbed.compare(count);
          const leaked = disturbed.secretsIn(printed.join("\n"));
          count.leaked += leaked.length;
          expect([...wrong, ...leaked], printed.join("\n── then ──\n")).to.deep.equal([]);
          count[how] += 1;
          console.log(
            `        faults: ${injected}${what ? ` (${what})` : ""}; completed ${words[how]}, ${elapsed(Date.now() - begun)}`,
          );
        } catch (error) {
          // At once, and not an hour later. The next one begins anew.
          console.log(String(error).replace(/^/gm, "        "));
          await leave();
          throw error;
        }
      });
    }
  });
}

type How = "atOnce" | "repeated" | "recovered";
const words: Record<How, string> = {
  atOnce: "at once",
  repeated: "after a repeat",
  recovered: "after make recover and a repeat",
};

/** Runs a command under a fault, and what leads to its completion after that. */
async function completed(
  disturbed: Disturbed,
  command: Command,
  kind: Kind,
  seed: string,
  printed: string[],
): Promise<{ how: How } & Pick<Begun, "what"> & { injected: number }> {
  const { scratch } = disturbed;
  const args = disturbed.args(command);
  const make = async (...typed: string[]): Promise<Outcome> => {
    const outcome = await scratch.make(...typed);
    printed.push(`$ make ${typed.join(" ")}\n${outcome.output}`);
    return outcome;
  };
  const random = randomNumbers(seed);
  const target = {
    scratch,
    account: disturbed.account,
    calls: calls[command],
    seed,
    random,
    again: () => make(...args),
  };
  const { injected, what, onStart, end } = kind.begin(target);
  const options = { variables: scratch.variables, ...(onStart && { onStart }) };
  const first = await run(scratch.folder, "make", ["--no-print-directory", ...args], options);
  printed.push(`$ make ${args.join(" ")}\n${first.output}`);
  disturbed.account.clear();
  await end?.();
  const result = { injected: injected(), what };
  expect(result.injected, `nothing disturbed it (${what ?? seed}):\n${first.output}`).to.be.above(0);
  if (first.code === 0) return { how: "atOnce", ...result };
  if (kind.says !== undefined) {
    expect(first.output, first.output).to.match(kind.says);
  } else if (kind.saysLater === undefined) {
    expect.fail(`it has to complete in spite of this:\n${first.output}`);
  }

  if (kind.first === "deploy") {
    await disturbed.enter();
    await disturbed.prepare(command);
  }
  const namesRecovery = /make recover ENV=local/;
  if (kind.first !== "recover" || !namesRecovery.test(first.output)) {
    const second = await repeated(make, args);
    if (second.code === 0) return { how: "repeated", ...result };
    expect(second.output, printed.join("\n── then ──\n")).to.match(kind.saysLater ?? saidByNext);
  }
  const recovered = await make("recover", "ENV=local", "YES=1");
  expect(recovered.code, printed.join("\n── then ──\n")).to.equal(0);
  const last = await repeated(make, args);
  expect(last.code, printed.join("\n── then ──\n")).to.equal(0);
  return { how: "recovered", ...result };
}

/** Runs a command, and again for as long as it answers that a migration is in progress and asks for that. */
async function repeated(make: (...args: string[]) => Promise<Outcome>, args: string[]): Promise<Outcome> {
  const outcome = await make(...args);
  return /A migration is in progress.*run this again/.test(outcome.output) ? repeated(make, args) : outcome;
}

function expectClear(printed: string[]): void {
  for (const text of printed) {
    expect(text, text).not.to.match(trace);
  }
}
