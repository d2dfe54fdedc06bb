import { unique } from "../../unique";
import { calls, dataSources, type Need, resources } from "./actions";
import { type Part, parts, usedBy } from "./programs";
import {
  attachPolicies,
  conditional,
  keyUse,
  makeLinkedRoles,
  passRoles,
  resourcesOf,
  type Statement,
  useKeys,
} from "./scopes";

/** Where the policies are kept, in the checkout. */
export const policyFolder = "scripts/permissions";

/** A policy as IAM takes it. */
export interface Document {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** How many characters a managed policy may have, without white space (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
export const limit = 6144;
/** How many of them stay free, for names, regions and partitions that are longer than those of the example. */
const room = 900;

/** The files with these policies, by their path in the checkout. */
export async function policyFiles(): Promise<Record<string, string>> {
  const { format } = await import("prettier");
  const files = Object.entries(documents()).flatMap(([part, all]) =>
    all.map(async (document, index) => {
      const text = await format(JSON.stringify(document), { parser: "json", printWidth: 120 });
      return [`${policyFolder}/${part}-${index + 1}.json`, text] as const;
    }),
  );
  return Object.fromEntries(await Promise.all(files));
}

/** The policies for each part of the project: more than one where the limit asks for it. */
export function documents(): Record<Part, Document[]> {
  return Object.fromEntries(parts.map((part) => [part, split(statements(part))])) as Record<Part, Document[]>;
}

/**
 * What a part needs.
 *
 * @throws Error that names what actions.yaml lacks.
 */
export function needOf(part: Part): { actions: string[]; passesRolesTo: string[]; linkedRolesOf: string[] } {
  const used = usedBy(part);
  const unknown = [
    ...used.resources.filter((name) => resources[name] === undefined),
    ...used.dataSources.filter((name) => dataSources[name] === undefined),
  ];
  if (unknown.length > 0) {
    throw new Error(
      `scripts/docs/permissions/actions.yaml doesn't say what a deployer needs for ${unknown.join(", ")}.`,
    );
  }
  const needs: Need[] = [
    ...used.resources.flatMap((name) => resources[name] ?? []),
    ...used.dataSources.flatMap((name) => dataSources[name] ?? []),
    ...used.calls.map((call) => calls[call] ?? { actions: [call] }),
  ];
  return {
    actions: unique(needs.flatMap((need) => need.actions)).sort(),
    passesRolesTo: unique(needs.flatMap((need) => need.passesRolesTo ?? [])).sort(),
    linkedRolesOf: unique(needs.flatMap((need) => need.linkedRolesOf ?? [])).sort(),
  };
}

function statements(part: Part): Statement[] {
  const { actions, passesRolesTo, linkedRolesOf } = needOf(part);
  const limited = [...Object.keys(conditional), ...keyUse, "iam:AttachRolePolicy"];
  const plain = actions.filter((action) => !limited.includes(action));
  const byScope = new Map<string, string[]>();
  plain.forEach((action) => {
    const scope = JSON.stringify(resourcesOf(part, action));
    byScope.set(scope, [...(byScope.get(scope) ?? []), action]);
  });
  const keys = actions.filter((action) => keyUse.includes(action));
  return [
    ...[...byScope].map(([scope, scoped], index, all): Statement => {
      const isOwn = all.findIndex(([, [other]]) => serviceOf(other) === serviceOf(scoped[0])) === index;
      const Resource = JSON.parse(scope) as string[];
      return { Sid: sidOf(Resource, scoped[0], isOwn), Effect: "Allow", Action: scoped, Resource };
    }),
    ...actions.flatMap((action) => conditional[action] ?? []),
    ...(actions.includes("iam:AttachRolePolicy") ? [attachPolicies(part)] : []),
    ...(keys.length > 0 ? [useKeys(part, keys)] : []),
    ...(passesRolesTo.length > 0 ? [passRoles(passesRolesTo)] : []),
    ...(linkedRolesOf.length > 0 ? [makeLinkedRoles(linkedRolesOf)] : []),
  ];
}

/** Such as `Ecs`, or `EcsDescribeTasks` where the service has a statement already. */
function sidOf(scope: string[], first: string | undefined, isOwn: boolean): string {
  if (scope[0] === "*") {
    return "Everywhere";
  }
  const words = [...serviceOf(first).split("-"), ...(isOwn ? [] : [first?.split(":")[1] ?? ""])];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function serviceOf(action = ""): string {
  return action.split(":")[0] ?? "";
}

/** Fills one policy after the other. */
function split(all: Statement[]): Document[] {
  const filled: Statement[][] = [[]];
  all.forEach((statement) => {
    const last = filled.at(-1) ?? [];
    if (last.length > 0 && sizeOf({ Version: "2012-10-17", Statement: [...last, statement] }) > limit - room) {
      filled.push([statement]);
    } else {
      last.push(statement);
    }
  });
  return filled.map((Statement) => ({ Version: "2012-10-17", Statement }));
}

/** As IAM counts. */
export function sizeOf(document: Document): number {
  return JSON.stringify(document).length;
}
