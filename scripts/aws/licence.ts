import { type CheckResult, checkResult } from "../report";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The licence that was deployed last holds for some time: without one the service doesn't start.
 *
 * @param end as the application layer gives it; empty where the licence doesn't say, undefined where an earlier release was deployed.
 */
export function checkLicence(end: string | undefined, now: Date): CheckResult[] {
  if (!end) {
    return [];
  }
  const days = Math.floor((new Date(end).getTime() - now.getTime()) / dayMs);
  return [
    checkResult(
      "licence",
      days > 30,
      days < 0 ? `expired ${-days} days ago` : `until ${end.slice(0, 10)}, ${days} days`,
      "ask the vendor for a new one, then: `make rotate WHAT=licence VALUE_FILE=…`",
      days < 0 ? "fail" : "warn",
    ),
  ];
}
