import { alwaysIn, type AwsClients, explainAws, ifKnown, isNotKnown, locationOf } from "@selfhosted/common";
import { principalOf } from "../backend/deployers";
import type { CheckResult } from "../report";
import { checkAddresses, describeSubnets } from "./addresses";
import { checkLinkedRoles, creationOf, missingLinkedRoles } from "./linked-roles";
import { checkPermissions, requestsOf, simulate } from "./permissions";
import type { Place, Plan } from "./plan";
import { checkQuota, isTouched, type Quota, quotas } from "./quotas";
import { sourcesIn } from "./usage";

/** The region that knows the quotas of a whole account, by partition. */
const homes: Record<string, string> = { "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };
const homeOf = ({ location: { partition } }: Place): string => homes[partition] ?? "us-east-1";

/**
 * Checks what a deployment needs of the account besides what the layers refuse to be deployed without: quotas, addresses, what the caller
 * may do. What can't be looked up is skipped, with the reason. Read-only.
 */
export async function checkAccount(plan: Plan, clients: (region: string) => AwsClients): Promise<CheckResult[]> {
  const place = await placeOf(plan, clients);
  if (place === undefined) {
    return [];
  }
  const aws = clients(place.location.region);
  const results = await Promise.all([
    checkQuotas(place, aws, clients(homeOf(place))),
    orSkipped("addresses for tasks", "the subnets", async () => {
      const isInstalled = plan.held("aws:ecs/service:Service") > 0;
      return isInstalled ? [] : [checkAddresses(await describeSubnets(aws.ec2, plan), plan)];
    }).then(inArea("network")),
    checkCaller(place, aws).then(inArea("permissions")),
  ]);
  return results.flat();
}

/** Undefined where the credentials are those of another account, or of none: the layers' own check says so, and nothing else matters. */
async function placeOf(plan: Plan, clients: (region: string) => AwsClients): Promise<Place | undefined> {
  try {
    const { "aws:region": region } = plan.infrastructure;
    const identity = await clients(region).sts.getCallerIdentity({});
    const location = locationOf(identity, region);
    const wanted = ifKnown(() => plan.infrastructure.accountId) ?? location.accountId;
    return wanted === location.accountId ? { plan, location, caller: alwaysIn(identity, "Arn") } : undefined;
  } catch {
    return undefined;
  }
}

/** All quotas that a deployment touches, at once. Those that leave enough are one result. */
async function checkQuotas(place: Place, aws: AwsClients, home: AwsClients): Promise<CheckResult[]> {
  const { plan } = place;
  const sources = sourcesIn(aws, home);
  const touched = quotas.filter((quota) => ifKnown(() => isTouched(quota, plan)) ?? false);
  const check = async (quota: Quota): Promise<CheckResult[]> => [
    checkQuota(quota, await quota.ask(sources, quota, plan), plan, homeOf(place)),
  ];
  const all = await Promise.all(
    touched.map((quota) =>
      orSkipped(`quota of ${quota.name}`, "quotas and what is in use of them", () => check(quota)),
    ),
  );
  const results = all.flat();
  const enough = results.filter(({ verdict }) => verdict === "ok").map(({ name }) => thing(name));
  const summary: CheckResult = { name: "quotas", verdict: "ok", detail: `enough is left of ${enough.join(", ")}` };
  return inArea("quotas")([
    ...(enough.length > 0 ? [summary] : []),
    ...results.filter(({ verdict }) => verdict === "warn" || verdict === "fail"),
    ...skippedTogether(results),
  ]);
}

const thing = (name: string): string => name.replace("quota of ", "");

/** Skipped checks, those with the same reason together. */
function skippedTogether(results: CheckResult[]): CheckResult[] {
  const skipped = results.filter(({ verdict }) => verdict === "skip");
  const first = skipped.filter(({ detail }, index) => skipped.findIndex((each) => each.detail === detail) === index);
  return first.map((each) => {
    const names = skipped.filter(({ detail }) => detail === each.detail).map(({ name }) => thing(name));
    return { ...each, name: "not checked", detail: `${names.join(", ")}: ${each.detail}` };
  });
}

/** What the caller may do, as far as IAM says so. */
async function checkCaller(place: Place, { iam }: Pick<AwsClients, "iam">): Promise<CheckResult[]> {
  const { caller, plan } = place;
  if (/:root$/.test(caller)) {
    const detail = `the credentials are those of ${caller}, the root user, whom no policy limits and nobody can tell from others`;
    const fix = "use a role, or a user of IAM Identity Center, with the policies of scripts/permissions";
    return [{ name: "caller", verdict: "warn", detail, fix }];
  }
  return orSkipped("permissions", "what the caller may do", async () => {
    const principal = await principalOf(caller, iam);
    if (principal === undefined) {
      const detail = `${caller} is neither a user nor a role that iam:GetRole finds, whose policies IAM could be asked about`;
      return [{ name: "permissions", verdict: "skip", detail }];
    }
    const [answers, missing] = await Promise.all([
      Promise.all(requestsOf(place).map(async (each) => [each, await simulate(iam, principal, each)] as const)),
      missingLinkedRoles(iam, plan).then((roles) =>
        Promise.all(
          roles.map(async (each) => [each, await simulate(iam, principal, creationOf(each, place))] as const),
        ),
      ),
    ]);
    return [...checkPermissions(principal, answers), checkLinkedRoles(missing)];
  });
}

/** The results of a check; skipped where AWS can't be asked, or where a setting isn't valid that it needs. */
async function orSkipped(name: string, what: string, check: () => Promise<CheckResult[]>): Promise<CheckResult[]> {
  try {
    return await check();
  } catch (error) {
    if (isNotKnown(error)) {
      return [{ name, verdict: "skip", detail: "a setting that it needs isn't valid" }];
    }
    const { reason, fix } = explainAws(error, what);
    return [{ name, verdict: "skip", detail: reason, ...(fix && { fix }) }];
  }
}

const inArea =
  (area: string) =>
  (results: CheckResult[]): CheckResult[] =>
    results.map((each) => ({ area, ...each }));
