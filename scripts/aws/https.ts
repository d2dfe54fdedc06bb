import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApplicationOutputs } from "@selfhosted/common";
import { causeOf, type CheckResult, checkResult } from "../report";

const timeoutMs = 10_000;
const pauseMs = 5_000;

/** How long a new name may take until it is known everywhere and its load balancer answers. */
export const patienceMs = 180_000;

/**
 * Both services answer over HTTPS, from where the command runs.
 *
 * @param patience how many milliseconds to go on asking one that doesn't answer; not for a private installation, which may never
 *   answer from here.
 */
export async function checkReachable(application: ApplicationOutputs, patience = 0): Promise<CheckResult[]> {
  const { api, console, internal } = application;
  const urls = [`https://${api.domain}/api/status`, `https://${console.domain}/`];
  return Promise.all(urls.map((url) => eventually(() => answers(url, internal), internal ? 0 : patience, pauseMs)));
}

/** Checks again and again until all is well, or it has taken so many milliseconds. */
export async function eventually(
  check: () => Promise<CheckResult>,
  patience: number,
  pause: number,
): Promise<CheckResult> {
  const deadline = Date.now() + patience;
  let found = await check();
  if (found.verdict !== "ok" && Date.now() < deadline) {
    process.stderr.write(`waiting up to ${Math.ceil(patience / 60_000)} minutes for ${found.name} …\n`);
  }
  while (found.verdict !== "ok" && Date.now() < deadline) {
    await sleep(pause);
    found = await check();
  }
  return found;
}

async function answers(url: string, internal: boolean): Promise<CheckResult> {
  const fix = internal
    ? "the installation is private: run this where its zone can be looked up and its load balancers are reached"
    : "see the other checks; a resolver that was asked for the name before it existed may not know it for 15 minutes";
  const otherwise = internal ? "warn" : "fail";
  try {
    const { address } = await lookup(new URL(url).hostname);
    const { status } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    return checkResult(url, status < 400, `${address} answers ${status}`, fix, otherwise);
  } catch (error) {
    return checkResult(url, false, causeOf(error), fix, otherwise);
  }
}
