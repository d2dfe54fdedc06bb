import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../sandbox/test/proxy";
import { changing } from "./proxied";

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

/** @param target what is killed. */
export function randomKill(random: () => number, calls: number, target: Kill["target"]): Kill {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)];
  return {
    signal: pick(signals),
    target,
    moment: pick(Object.keys(moments) as Kill["moment"][]),
    call: 1 + Math.floor(random() * calls),
  };
}

export function describeKill({ signal, target, moment, call }: Kill): string {
  return `${signal} to ${targets[target]} ${moments[moment]} call ${call}`;
}

/** Kills a command, or a process of it: from the call on that is meant, as soon as it runs. */
export interface Killing {
  fault: Fault;
  /** Gets the process group of the command. */
  onStart: (group: number) => void;
  /** The name of the call at which it was killed; undefined where it ended before that. */
  at: () => string | undefined;
}

export function killing({ signal, target, moment, call: wanted }: Kill): Killing {
  let group = 0;
  let calls = 0;
  let at: string | undefined;
  const kill = (): void => send(signal, target, group);
  const fault: Fault = {
    service: /./,
    action: changing,
    async play(call, forward) {
      calls += 1;
      if (at !== undefined || calls < wanted || !runs(target, group)) return forward();
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
  };
  return { fault, onStart: (pid) => (group = pid), at: () => at };
}

/** Sends a signal to a process group, or to those of it that are meant. */
export function send(signal: Kill["signal"], target: Kill["target"], group: number): void {
  const pids = target === "group" ? [-group] : descendants(group, patterns[target]);
  pids.forEach((pid) => trySignal(pid, signal));
}

/** Whether it runs yet: an upgrade begins without `pulumi`. */
function runs(target: Kill["target"], group: number): boolean {
  return target === "group" || descendants(group, patterns[target]).length > 0;
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
