import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Outcome, run, type Scratch } from "../../bench/scratch";
import type { Interposed } from "./proxied";

const signals = ["SIGINT", "SIGKILL"] as const;
const targets = {
  group: "the whole group",
  command: "the pulumi command",
  plugin: "the provider plugin",
};
const moments = {
  before: "before the account hears of",
  during: "before the answer to",
  after: "after the answer to",
};

/** The command lines of those that have a process of their own; the stand-in for `pulumi` runs in Node. */
const patterns = { command: /(^|\/)pulumi (up|destroy)\b/, plugin: /pulumi-resource-aws/ };

/** How a command is killed. */
export interface Kill {
  signal: (typeof signals)[number];
  target: keyof typeof targets;
  moment: keyof typeof moments;
  /** At which of the calls that change something in AWS. */
  call: number;
}

/** The calls that change something, by the names of their operations; for S3 and Route 53 by their methods. */
const changing = /^(?!(BatchGet|Describe|Get|List|Head|GET |HEAD ))/;

/** Numbers from 0 to 1, without 1, that are the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let drawn = 0;
  return () => createHash("sha256").update(`${seed}:${drawn++}`).digest().readUInt32BE() / 2 ** 32;
}

export function randomKill(random: () => number, calls: number): Kill {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)];
  return {
    signal: pick(signals),
    target: pick(Object.keys(targets) as Kill["target"][]),
    moment: pick(Object.keys(moments) as Kill["moment"][]),
    call: 1 + Math.floor(random() * calls),
  };
}

export function describeKill({ signal, target, moment, call }: Kill): string {
  return `${signal} to ${targets[target]} ${moments[moment]} call ${call}`;
}

/**
 * Runs `make` and kills it.
 *
 * @returns the name of the call; undefined where the command ended before it.
 */
export async function makeAndKill(
  scratch: Scratch,
  account: Interposed,
  args: string[],
  { signal, target, moment, call: wanted }: Kill,
): Promise<{ at: string | undefined; outcome: Outcome }> {
  let group = 0;
  let calls = 0;
  let at: string | undefined;
  const kill = (): void => send(signal, target, group);
  account.inject({
    service: /./,
    action: changing,
    async play(call, forward) {
      calls += 1;
      if (calls !== wanted) return forward();
      at = `${call.service} ${call.action}`;
      if (moment === "before") {
        kill();
        // Who was killed isn't there to send it; who lives, sends it.
        return signal === "SIGINT" ? forward() : undefined;
      }
      const answer = await forward();
      if (moment === "during") {
        kill();
      } else {
        void sleep(Math.floor((wanted * 37) % 300)).then(kill);
      }
      return answer;
    },
  });
  const outcome = await run(scratch.folder, "make", args, { onStart: (pid) => (group = pid) });
  account.clear();
  if (at === undefined) {
    expect(outcome.code, outcome.output).to.equal(0);
  }
  return { at, outcome };
}

/** Sends a signal to a process group, or to those of it that are meant. */
export function send(signal: Kill["signal"], target: Kill["target"], group: number): void {
  const pids = target === "group" ? [] : descendants(group, patterns[target]);
  // An upgrade begins without either of them.
  (pids.length > 0 ? pids : [-group]).forEach((pid) => trySignal(pid, signal));
}

/** The processes that a process has started, and those that they have. */
function descendants(ancestor: number, pattern: RegExp): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const processes = lines.map((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+) (.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
  const family = new Set([ancestor]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    processes.filter(({ parent }) => family.has(parent)).forEach(({ pid }) => family.add(pid));
  }
  return processes.filter(({ pid, command }) => family.has(pid) && pattern.test(command)).map(({ pid }) => pid);
}

function trySignal(pid: number, signal: Kill["signal"]): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
