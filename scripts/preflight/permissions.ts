import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContextEntry } from "@aws-sdk/client-iam";
import { allPages, type AwsClients, type Layer, layers } from "@selfhosted/common";
import type { CheckResult } from "../report";
import { repository } from "../repository";
import type { Place } from "./plan";

/** A statement of the policies in this folder, written for the example there. */
interface Statement {
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** What deployers do, in one question to IAM's simulator. */
export interface Request {
  /** IAM actions, by the layers that need them. */
  actions: Partial<Record<Layer, string[]>>;
  resources: string[];
  context: ContextEntry[];
}

const folder = join(repository, "scripts/permissions");

/**
 * What the deployers of all layers do, with the names of this installation. Left out is what the policies of keys may allow by themselves:
 * the simulator sees none of them.
 */
export function requestsOf(place: Place): Request[] {
  const requests = new Map<string, Request>();
  for (const layer of layers.filter((each) => each !== "dns" || !place.plan.hasDnsRole)) {
    for (const { Action, Condition, Resource } of statementsOf(layer, place)) {
      const actions = Action.filter((action) => isNeeded(action, place) && !(action.startsWith("kms:") && Condition));
      const key = JSON.stringify([Resource, Condition]);
      const same = requests.get(key) ?? { actions: {}, resources: Resource, context: contextOf(Condition) };
      const merged = [...(same.actions[layer] ?? []), ...actions];
      if (merged.length > 0) {
        requests.set(key, { ...same, actions: { ...same.actions, [layer]: merged } });
      }
    }
  }
  return [...requests.values()];
}

/** The statements of a layer's policies, with the names of this installation. */
function statementsOf(layer: Layer, place: Place): Statement[] {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${layer}-`));
  const statements = files.flatMap(
    (file) => (JSON.parse(readFileSync(join(folder, file), "utf8")) as { Statement: Statement[] }).Statement,
  );
  return statements.map((statement) => ofInstallation(statement, place));
}

/** Whether a deployment of this configuration may come to an action: nobody needs what belongs to a feature that is off. */
function isNeeded(action: string, { plan: { infrastructure } }: Place): boolean {
  const [service = ""] = action.split(":");
  return service === "es"
    ? infrastructure.searchEnabled
    : /^backup(-storage)?$/.test(service)
      ? infrastructure.backupEnabled
      : // Service-linked roles and the role of the dns layer are checked by themselves.
        !["iam:CreateServiceLinkedRole", "sts:AssumeRole"].includes(action);
}

/** The statement of another account, region and installation; with a name for each wildcard, as a request has. */
function ofInstallation(statement: Statement, { plan, location }: Place): Statement {
  const { accountId, region, partition } = location;
  const { name } = plan.infrastructure;
  const text = JSON.stringify(statement)
    .replaceAll("111122223333", accountId)
    .replaceAll("eu-central-1", region)
    .replaceAll("pulumi-prod", `${name}-${plan.stack}`)
    .replaceAll("pulumi-*-prod", `${name}-*-${plan.stack}`)
    .replaceAll("arn:aws:", `arn:${partition}:`);
  const { Resource, ...others } = JSON.parse(text) as Statement;
  return { ...others, Resource: Resource.map((arn) => (arn === "*" ? arn : concrete(arn, location))) };
}

function concrete(arn: string, { accountId, region }: Place["location"]): string {
  const [prefix, partition, service, inRegion, account, ...resource] = arn.split(":");
  const at = [inRegion === "*" ? region : inRegion, account === "*" ? accountId : account];
  return [prefix, partition, service, ...at, ...resource].join(":").replaceAll("*", "preflight");
}

/** A condition that is met: of several values by the first. */
function contextOf(condition: Statement["Condition"] = {}): ContextEntry[] {
  return Object.values(condition).flatMap((keys) =>
    Object.entries(keys).map(([ContextKeyName, values]) => ({
      ContextKeyName,
      ContextKeyValues: [String([values].flat()[0]).replaceAll("*", "preflight")],
      ContextKeyType: "string" as const,
    })),
  );
}

/** Whether an action is allowed on any of the resources that the simulator was asked for; `forbidden` by an explicit deny. */
type Decision = "allowed" | "denied" | "forbidden";
export type Decisions = ReadonlyMap<string, Decision>;

/**
 * Asks IAM what a user or role may do. An action that is allowed on one of the resources counts as allowed: most take only some kinds of
 * those of their service.
 */
export async function simulate(iam: AwsClients["iam"], principal: string, request: Request): Promise<Decisions> {
  const results = await allPages(async (Marker) => {
    const page = await iam.simulatePrincipalPolicy({
      PolicySourceArn: principal,
      ActionNames: [...new Set(Object.values(request.actions).flat())],
      ResourceArns: request.resources,
      ContextEntries: request.context,
      MaxItems: 1000,
      Marker,
    });
    return { items: page.EvaluationResults, next: page.IsTruncated ? page.Marker : undefined };
  });
  const decisions = new Map<string, Decision>();
  for (const { EvalActionName: action = "", EvalDecision, ResourceSpecificResults: parts = [] } of results) {
    const found = [EvalDecision, ...parts.map(({ EvalResourceDecision }) => EvalResourceDecision)];
    const before = decisions.get(action);
    const isAllowed = before === "allowed" || found.includes("allowed");
    const isForbidden = before === "forbidden" || found.includes("explicitDeny");
    decisions.set(action, isAllowed ? "allowed" : isForbidden ? "forbidden" : "denied");
  }
  return decisions;
}

/**
 * The actions that the deployer of each layer lacks. It warns and stops nothing: the simulator knows neither the policies of buckets, secrets
 * and keys, nor those of a session, nor what a condition asks of a real request; and nobody may need all of them.
 */
export function checkPermissions(principal: string, answers: (readonly [Request, Decisions])[]): CheckResult[] {
  const asked = layers.filter((layer) => answers.some(([{ actions }]) => actions[layer] !== undefined));
  return asked.map((layer): CheckResult => {
    const of = (decision: Decision): string[] =>
      answers.flatMap(([{ actions }, decisions]) =>
        (actions[layer] ?? []).filter((action) => decisions.get(action) === decision),
      );
    const [denied, forbidden] = [of("denied").sort(), of("forbidden").sort()];
    const name = `permissions for ${layer}`;
    if (denied.length + forbidden.length === 0) {
      return { name, verdict: "ok", detail: `${of("allowed").length} actions are allowed` };
    }
    const missing = denied.length > 0 ? [`${principal} isn't allowed ${shortened(denied)}`] : [];
    const refused = forbidden.length > 0 ? [`a policy forbids ${principal} ${shortened(forbidden)}`] : [];
    return {
      name,
      verdict: "warn",
      detail: [...missing, ...refused].join("; "),
      fix: [
        ...(denied.length > 0
          ? [`attach the policies scripts/permissions/${layer}-*.json; README.md there says how`]
          : []),
        ...(forbidden.length > 0 ? ["have the explicit deny lifted for these actions on this installation"] : []),
      ].join("; "),
    };
  });
}

/** Names, the first of many. */
function shortened(names: string[]): string {
  const most = 12;
  return names.length > most ? `${names.slice(0, most).join(", ")} and ${names.length - most} more` : names.join(", ");
}
