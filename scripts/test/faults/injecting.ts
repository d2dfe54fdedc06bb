import type { Fault } from "../../sandbox/test/proxy";
import { refuse } from "../../sandbox/test/proxy";
import { changing } from "../e2e/proxied";
import { randomNumbers } from "../e2e/random";

/** A fault for the proxy, and how often it was played so far. */
export interface Injected {
  faults: Fault[];
  injected: () => number;
}

type Play = Fault["play"];

/**
 * Plays a fault on about that share of the calls. Whether a call has it follows from the seed, its name and how many of that name were
 * before it, not from what runs beside it; so a call that is tried again may pass.
 */
export function sometimes(share: number, seed: string, play: (random: () => number) => Play): Injected {
  const seen = new Map<string, number>();
  let injected = 0;
  const fault: Fault = {
    service: /./,
    action: /./,
    play: (call, forward) => {
      const name = `${call.service} ${call.action}`;
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      const random = randomNumbers(`${seed} ${name} ${before}`);
      if (random() >= share) return forward();
      injected += 1;
      return play(random)(call, forward);
    },
  };
  return { faults: [fault], injected: () => injected };
}

/** Plays a fault on every call from a given one on, counting those that change something. */
export function from(wanted: number, play: Play): Injected {
  let changes = 0;
  let injected = 0;
  const fault: Fault = {
    service: /./,
    action: /./,
    play: (call, forward) => {
      if (changing.test(call.action)) changes += 1;
      if (changes < wanted) return forward();
      injected += 1;
      return play(call, forward);
    },
  };
  return { faults: [fault], injected: () => injected };
}

/** Something happens before the account hears of a given one of the calls that change something. */
export function at(wanted: number, happens: () => unknown): Injected {
  let changes = 0;
  let injected = 0;
  const fault: Fault = {
    service: /./,
    action: changing,
    play: async (_call, forward) => {
      changes += 1;
      if (changes === wanted) {
        injected += 1;
        await happens();
      }
      return forward();
    },
  };
  return { faults: [fault], injected: () => injected };
}

/** What AWS allows between the time in a signature and its own. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
const allowedMs = 5 * 60_000;

/**
 * AWS's clock is ahead of this machine's: it refuses what is signed by that.
 *
 * @param shown whether its answers show its time, by which the SDK corrects its own.
 */
export function clockAhead(aheadMs: number, { shown }: { shown: boolean }, refused: () => void): Play {
  return async (call, forward) => {
    const now = Date.now() + aheadMs;
    const date = new Date(shown ? now : Date.now()).toUTCString();
    const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(String(call.headers["x-amz-date"])) ?? [];
    const signed = Date.parse(
      `${day?.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time?.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`,
    );
    const isRefused = Math.abs(now - signed) > allowedMs;
    if (isRefused) refused();
    const answer = await (isRefused ? tooSkewed(call, forward) : forward());
    return answer && { ...answer, headers: { ...answer.headers, date } };
  };
}

/** As each service words it. */
const tooSkewed: Play = (call, forward) => {
  const words: Record<string, [code: string, message: string]> = {
    s3: ["RequestTimeTooSkewed", "The difference between the request time and the current time is too large."],
    ec2: ["RequestExpired", "Request has expired."],
  };
  const isJson = "x-amz-target" in call.headers;
  const [code, message] = words[call.service] ?? [
    isJson ? "InvalidSignatureException" : "SignatureDoesNotMatch",
    "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)",
  ];
  return refuse(code, message, 403)(call, forward);
};

/** As each service words it. */
export const expired: Play = (call, forward) => {
  const code =
    call.service === "ec2"
      ? "RequestExpired"
      : "x-amz-target" in call.headers
        ? "ExpiredTokenException"
        : "ExpiredToken";
  const message =
    call.service === "ec2" ? "Request has expired." : "The security token included in the request is expired";
  return refuse(code, message, call.service === "s3" ? 400 : 403)(call, forward);
};
