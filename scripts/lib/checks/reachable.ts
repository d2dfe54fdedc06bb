import { lookup } from "node:dns/promises";
import type { ApplicationOutputs } from "@selfhosted/common";
import { explain, finding, type Finding } from "../report";

const timeoutMs = 10_000;

/** Both services answer over HTTPS, from where the command runs. */
export async function checkReachable(application: ApplicationOutputs): Promise<Finding[]> {
  const { api, console, internal } = application;
  return Promise.all([
    answers(`https://${api.domain}/api/status`, internal),
    answers(`https://${console.domain}/`, internal),
  ]);
}

async function answers(url: string, internal: boolean): Promise<Finding> {
  const remedy = internal
    ? "the installation is private: run this where its zone can be looked up and its load balancers are reached"
    : "see the findings around this one; right after a deployment name servers may take some minutes";
  const otherwise = internal ? "warn" : "fail";
  try {
    const { address } = await lookup(new URL(url).hostname);
    const { status } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    return finding(url, status < 400, `${address} answers ${status}`, remedy, otherwise);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return finding(url, false, explain(cause), remedy, otherwise);
  }
}
