import { setTimeout as wait } from "node:timers/promises";
import { searchRole } from "../../infrastructure/search-role";
import { awsClients, type AwsClients } from "./aws-clients";
import type { Environment } from "./environment";
import { readFound } from "./prerequisites/configuration";
import { hasSearchRole } from "./prerequisites/search-access";
import { stackOutputs } from "./pulumi";

/** AWS's own advice for a service-linked role that was made just now. */
const minutesUntilKnown = 5;

/**
 * Makes the account's role for OpenSearch, where search is on and the role is missing. Where nothing else delays the domain, waits
 * until OpenSearch can be expected to know the role; on a first installation the database takes longer.
 */
export async function provideSearchRole({ name, isSandbox }: Environment): Promise<void> {
  const found = await readFound("infrastructure", name);
  const region = found["aws:region"]?.text;
  if (region === undefined || found["selfhosted-infrastructure:searchEnabled"]?.text !== "true") {
    return;
  }
  if (!(await makeRoleIfMissing(awsClients(region)))) {
    return;
  }
  const hasDatabase = (await stackOutputs("infrastructure", name))?.["database"] !== undefined;
  if (hasDatabase && !isSandbox) {
    console.log(`Waiting ${minutesUntilKnown} minutes, in which OpenSearch learns of it.`);
    await wait(minutesUntilKnown * 60_000);
  }
}

/** @returns whether it was missing. */
export async function makeRoleIfMissing({ iam }: Pick<AwsClients, "iam">): Promise<boolean> {
  if (await hasSearchRole(iam)) {
    return false;
  }
  await iam.createServiceLinkedRole({ AWSServiceName: searchRole.service });
  console.log(`\nMade ${searchRole.name}, the account's role for OpenSearch in a VPC. No stack owns it.`);
  return true;
}
