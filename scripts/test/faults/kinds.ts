import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, Scratch } from "../../bench/scratch";
import { cut, delay, type Fault, refuse, throttle } from "../../sandbox/test/proxy";
import { describeKill, type Kill, killing, randomKill } from "../e2e/kill";
import type { Interposed } from "../e2e/proxied";
import { cutState, fullDisk, whyNoFullDisk } from "./disk";
import { at, clockAhead, expired, from, type Injected, sometimes } from "./injecting";

/** What a fault happens to. */
export interface Target {
  scratch: Scratch;
  account: Interposed;
  /** How many calls the command makes at least that change something in AWS. */
  calls: number;
  seed: string;
  random: () => number;
  /** Runs the same command once more. */
  again: () => Promise<Outcome>;
}

/** A fault that has begun. */
export interface Begun {
  /** How often it happened so far. */
  injected: () => number;
  /** What exactly was drawn. */
  what?: string;
  /** Gets the process group of the command. */
  onStart?: (group: number) => void;
  /** Once the command has ended. */
  end?: () => unknown;
}

/** A kind of fault. */
export interface Kind {
  begin: (target: Target) => Begun;
  /** What the command says where it doesn't complete; without it, it always does. */
  says?: RegExp;
  /** Nobody is left to say so, and the next command does. */
  saysLater?: RegExp;
  /**
   * What is typed before the command is run again: `recover` where the command names it, for what may have been made without a record.
   * Default: nothing, and `make recover` where the command is refused or fails again.
   */
  first?: "recover" | "deploy";
  /** Why it can't be tried here. */
  unavailable?: () => string | undefined;
}

/** About one call of so many has it. */
const share = 0.1;
const hourMs = 60 * 60_000;

/**
 * What AWS makes once more where its answer was lost and the SDK asks again, since the request has no token for that. Neither Pulumi nor the
 * SDK learns of the first one, so these calls are lost on their way there only.
 */
const makesAnother = /^(CreateKey|RegisterTaskDefinition)$/;

const { round, floor } = Math;
const call = ({ random, calls }: Target): number => 1 + floor(random() * calls);

function begin({ account }: Target, { faults, injected }: Injected, more: Omit<Begun, "injected"> = {}): Begun {
  account.inject(...faults);
  return { injected, ...more };
}

/** @param signal one for a process alone; a group may get that of Ctrl-C too. */
function dies(of: Kill["target"], signal?: Kill["signal"]): (target: Target) => Begun {
  return ({ account, random, calls }) => {
    const kill = { ...randomKill(random, calls, of), ...(signal && { signal }) };
    const { fault, onStart, at } = killing(kill);
    account.inject(fault);
    return { injected: () => Number(at() !== undefined), what: describeKill(kill), onStart };
  };
}

const serverErrors: Fault["play"][] = [
  refuse("InternalFailure", "The request processing has failed because of an unknown error.", 500),
  refuse("ServiceUnavailable", "Service is unable to handle request.", 503),
];

const lost = (random: () => number): Fault["play"] => {
  return (asked, forward) => cut(makesAnother.test(asked.action) || random() < 0.5 ? "call" : "answer")(asked, forward);
};

/** What a command says that is run after one that left a lock, or something in doubt. */
const refusal = /(When nothing works on it any more|then): make recover ENV=local/;

/** As Pulumi says it, and the stand-in for it. */
const providerGone = /exited prematurely|Connection dropped|No connection established|read ECONNRESET/;

/** What AWS says where a command was disturbed before it had a record of what it made. */
const existsAlready = /[Aa]lready ?[Ee]xists|Duplicate|InUse/;

/**
 * What the next command says where it fails too. Not that it names `make recover` alone: that, a deployment that fails always does
 * (`hintUnrecorded`).
 */
export const saidByNext = new RegExp(`${refusal.source}|${existsAlready.source}`);

export const kinds = {
  throttled: {
    begin: (target) => begin(target, sometimes(share, target.seed, throttle)),
    says: /Throttling|Rate exceeded|RequestLimitExceeded|SlowDown|limits how often/,
  },
  "server-errors": {
    begin: (target) =>
      begin(
        target,
        sometimes(share, target.seed, (random) => serverErrors[round(random())] ?? throttle()),
      ),
    says: /InternalFailure|ServiceUnavailable|answered with status 50[03]/,
  },
  "slow-answers": {
    begin: (target) =>
      begin(
        target,
        sometimes(share, target.seed, (random) => delay(100 + random() * 2000)),
      ),
  },
  "dropped-connections": {
    begin: (target) => begin(target, sometimes(share, target.seed, lost)),
    says: new RegExp(`ECONNRESET|socket hang up|doesn't answer|${existsAlready.source}`),
    first: "recover",
  },
  "plugin-killed": { begin: dies("plugin", "SIGKILL"), says: providerGone, first: "recover" },
  "engine-killed": { begin: dies("command", "SIGKILL"), says: /make recover ENV=local && make/ },
  "all-killed": { begin: dies("group"), saysLater: refusal },
  "state-truncated": {
    begin: (target) => {
      const begun = dies("group")(target);
      const isKilled = (): boolean => begun.injected() > 0;
      return { ...begun, end: () => isKilled() && cutState(target.scratch, target.random) };
    },
    saysLater: new RegExp(`was cut.*${refusal.source}`, "s"),
  },
  "disk-full": {
    unavailable: whyNoFullDisk,
    begin: (target) => {
      const disk = fullDisk(target.scratch);
      return begin(target, at(call(target), disk.fill), { end: disk.remove });
    },
    says: /no space left/,
  },
  "clock-an-hour-off": {
    begin: ({ account }) => {
      let injected = 0;
      const play = clockAhead(hourMs, { shown: true }, () => (injected += 1));
      account.inject({ service: /./, action: /./, play });
      return { injected: () => injected };
    },
  },
  "clock-refused": {
    begin: (target) =>
      begin(
        target,
        from(
          call(target),
          clockAhead(hourMs, { shown: false }, () => undefined),
        ),
      ),
    says: /clock/,
  },
  "account-gone": {
    begin: (target) => {
      const record = readFileSync(join(target.scratch.folder, ".local", "emulator.json"), "utf8");
      const { pid } = JSON.parse(record) as { pid: number };
      const end = async (): Promise<void> => {
        process.kill(pid, "SIGKILL");
        await target.account.remove();
      };
      return begin(target, at(call(target), end));
    },
    says: /ECONNREFUSED|ECONNRESET|socket hang up|doesn't answer/,
    first: "deploy",
  },
  "two-at-once": {
    begin: (target) => {
      let second: Outcome | undefined;
      const begun = at(call(target), async () => (second = await target.again()));
      return begin(target, begun, { end: () => second && refuseUnclear(second) });
    },
    says: /Wait until it has ended|in progress/,
  },
  "credentials-expired": {
    begin: (target) => begin(target, from(call(target), expired)),
    says: /credentials have expired/,
  },
} satisfies Record<string, Kind>;

/** The second of two commands at once completes, or says that another is at work. */
function refuseUnclear({ code, output }: Outcome): void {
  if (code !== 0 && !/Wait until it has ended|in progress|locked by/.test(output)) {
    throw new Error(`the second command isn't clear:\n${output}`);
  }
}
