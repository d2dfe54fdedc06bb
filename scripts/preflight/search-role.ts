import { setTimeout as wait } from "node:timers/promises";
import { type AwsClients, awsClients } from "@selfhosted/common/aws";
import { hasSearchRole, searchRole } from "../../infrastructure/operations";
import type { Environment } from "../environment";
import type { StateResource } from "../pulumi/stacks";
import type { CheckResult } from "../report";
import type { Stack } from "../stacks";

/** AWS's own advice for a service-linked role that was made just now. */
const secondsUntilKnown = 300;
/** IAM's answers are eventually consistent: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html */
const secondsUntilListed = 60;

/** Waiting, and saying so: apart for tests. */
export interface Patience {
  pause: (milliseconds: number) => Promise<unknown>;
  say: (line: string) => void;
}
const patience: Patience = { pause: (milliseconds) => wait(milliseconds), say: (line) => console.log(line) };

/**
 * Makes the account's role for OpenSearch, where search is on and the role is missing. Where nothing else delays the domain, waits
 * until OpenSearch can be expected to know the role; on a first installation the database takes longer.
 */
export async function provideSearchRole(
  { isSandbox }: Environment,
  { configuration: found = {}, outputs = {} }: Stack,
): Promise<void> {
  const region = found["aws:region"]?.text;
  if (region === undefined || found["selfhosted-infrastructure:searchEnabled"]?.text !== "true") {
    return;
  }
  // Before Pulumi's own question, as its preview needs the role already: it costs nothing, and OpenSearch alone can assume it.
  if (!(await makeRoleIfMissing(awsClients({ region }), patience))) {
    return;
  }
  if (outputs["database"] !== undefined && !isSandbox) {
    await waitForOpenSearch(patience);
  }
}

/**
 * @returns whether it was missing.
 * @throws an Error where IAM doesn't list it a minute after it was made.
 */
export async function makeRoleIfMissing({ iam }: Pick<AwsClients, "iam">, { pause, say }: Patience): Promise<boolean> {
  if (await hasSearchRole(iam)) {
    return false;
  }
  await iam.createServiceLinkedRole({ AWSServiceName: searchRole.service });
  say(`\nMade ${searchRole.name}, the account's role for OpenSearch in a VPC. No stack owns it.`);
  for (let seconds = 0; seconds < secondsUntilListed; seconds += 2) {
    if (await hasSearchRole(iam)) {
      return true;
    }
    await pause(2_000);
  }
  throw new Error(`IAM doesn't list ${searchRole.name} a minute after it was made. Run \`make deploy\` again.`);
}

/** Says every 30 seconds how long it still takes. */
export async function waitForOpenSearch({ pause, say }: Patience): Promise<void> {
  say("Waiting until OpenSearch can be expected to know the role.");
  for (let left = secondsUntilKnown; left > 0; left -= 30) {
    say(`  ${left} seconds left`);
    await pause(30_000);
  }
}

/**
 * The stack doesn't hold the account's role, as stacks of an earlier release did.
 *
 * AWS refuses to delete the role while a domain uses it, so an update would end with that failure. Pulumi takes a resource out of
 * the state only when no other depends on it there; an update, even one that ends so, forgets the dependency.
 */
export function checkRoleInState(resources: StateResource[], env: string): CheckResult[] {
  return resources
    .filter(({ type }) => type === "aws:iam/serviceLinkedRole:ServiceLinkedRole")
    .map(({ urn }) => {
      const isNeeded = resources.some(({ parent, dependencies = [] }) => parent === urn || dependencies.includes(urn));
      const remove = `in infrastructure/: pulumi state delete '${urn}' --stack ${env}`;
      return {
        layer: "infrastructure",
        name: "search role in state",
        verdict: isNeeded ? "warn" : "fail",
        detail: `the stack holds ${searchRole.name}, which is the account's; AWS refuses to delete it while a domain uses it`,
        fix: isNeeded ? `run the update, which ends with that refusal; then ${remove}; then deploy again` : remove,
      };
    });
}
