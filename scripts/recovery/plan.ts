import { assumingRole, type AwsClients, awsClients, type Tags } from "@selfhosted/common";
import type { PendingOperation, StateResource } from "../pulumi/stacks";
import { explain } from "../report";
import { describeResource, type Interrupted, nameOf } from "./interrupted";
import { type Creation, type Found, kindOf } from "./kinds";

/** What an interrupted creation came to. */
export type Outcome = { resource: StateResource } & (
  | Made
  /** To be forgotten, and why. */
  | { is: "unmade"; why: string }
  /** It can't be gone on with, and what to do. */
  | { is: "unclear"; why: string; fix: string }
);

interface Made {
  is: "made";
  id: string;
  madeAt?: Date;
  /** Further ones that other attempts may have made; they are left as they are. */
  copies: Found[];
}

/** What is done about a layer. */
export interface Plan {
  creations: Outcome[];
  /** URNs of what was being changed or deleted. */
  refreshed: string[];
}

/** How often AWS is asked again whether it has made a thing, and how long. */
const pauseMilliseconds = 15_000;
const patienceMilliseconds = 45 * 60_000;

/** Asks AWS what the interrupted operations of a layer came to. */
export async function plan({ operations, resources }: Interrupted, clientsOf = clientsOfProvider): Promise<Plan> {
  const creating = operations.filter(({ type }) => type === "creating");
  // Of several attempts at one, the last: what the others made is looked for with it.
  const creations = [...new Map(creating.map((operation) => [operation.resource.urn, operation])).values()];
  const changes = operations.filter(({ type }) => type === "updating" || type === "deleting");
  return {
    creations: await Promise.all(creations.map((operation) => outcomeOf(operation, resources, clientsOf))),
    refreshed: [...new Set(changes.map(({ resource }) => resource.urn))],
  };
}

type ClientsOf = (provider: StateResource) => Promise<AwsClients>;

async function outcomeOf(
  { resource }: PendingOperation,
  state: StateResource[],
  clientsOf: ClientsOf,
): Promise<Outcome> {
  const kind = kindOf(resource.type);
  if (kind === undefined) {
    return unclear(resource, `this command doesn't know how to find a ${resource.type}`, importByHand(resource));
  }
  if ("again" in kind) {
    return { resource, is: "unmade", why: kind.again };
  }
  const provider = state.find(({ urn, id }) => `${urn}::${id}` === resource.provider);
  if (provider === undefined) {
    return { resource, is: "unmade", why: "its provider isn't in the state, so nothing was made with it" };
  }
  const creation = creationOf(resource, provider);
  try {
    const aws = await clientsOf(provider);
    const isKnown = (found: Found): boolean => isInState(found, resource.type, state);
    const find = async (): Promise<Found[]> => [(await kind.find(creation.inputs, aws, creation)) ?? []].flat();
    const found = await finished(find, describeResource(resource));
    return classified(resource, found, creation, isKnown);
  } catch (error) {
    return unclear(resource, explain(error, "AWS"), "remove the cause, and run this again");
  }
}

function classified(
  resource: StateResource,
  found: Found[],
  { tags }: Creation,
  isKnown: (found: Found) => boolean,
): Outcome {
  const lost = new Map(found.filter((each) => each.isOwn && !isKnown(each)).map((each) => [each.id, each]));
  const [latest, ...copies] = [...lost.values()].sort((a, b) => Number(b.madeAt ?? 0) - Number(a.madeAt ?? 0));
  if (latest !== undefined) {
    const { id, madeAt } = latest;
    return { resource, is: "made", id, ...(madeAt && { madeAt }), copies };
  }
  const other = found.find(isKnown) ?? found[0];
  if (other === undefined) {
    return { resource, is: "unmade", why: "AWS has none" };
  }
  if (isKnown(other)) {
    return { resource, is: "unmade", why: `AWS has ${other.id} only, which the state has too` };
  }
  const own = ["project", "layer", "stack"].map((key) => `${key}=${tags[key]}`).join(", ");
  return unclear(
    resource,
    `AWS has ${other.id}, and nothing says that this stack has made it`,
    `if it has, give it the tags ${own}; otherwise delete or rename it. Then run this again`,
  );
}

/** An id may be the ARN that ends with the id that is imported. */
function isInState(found: Found, type: string, state: StateResource[]): boolean {
  return state.some(
    (each) => each.type === type && `/${each.id ?? ""}`.endsWith(`/${found.id}`) && !each.pendingReplacement,
  );
}

function unclear(resource: StateResource, why: string, fix: string): Outcome {
  return { resource, is: "unclear", why, fix };
}

function importByHand({ urn, type, parent = "" }: StateResource): string {
  return (
    `look for it in AWS; where it is there, \`pulumi import '${type}' '${nameOf(urn)}' <id> --parent 'parent=${parent}' ` +
    `--protect=false\`. Then \`pulumi refresh --clear-pending-creates\`, and run this again`
  );
}

/** What is found once AWS has finished making it. */
async function finished(find: () => Promise<Found[]>, what: string): Promise<Found[]> {
  const deadline = Date.now() + patienceMilliseconds;
  for (let announced = false; ; announced = true) {
    const found = await find();
    if (!found.some(({ isUnfinished, isOwn }) => isUnfinished && isOwn) || Date.now() > deadline) {
      return found;
    }
    if (!announced) {
      console.log(`waiting until AWS has made ${what} …`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}

function creationOf({ urn, type, inputs = {} }: StateResource, provider: StateResource): Creation {
  const { tags = {} } = parsed<{ tags?: Tags }>(provider, "defaultTags") ?? {};
  return { urn, type, name: nameOf(urn), inputs, tags };
}

/** Clients for the account and region of a provider. */
async function clientsOfProvider(provider: StateResource): Promise<AwsClients> {
  const region = String(provider.inputs?.["region"]);
  const [role] = parsed<{ roleArn?: string }[]>(provider, "assumeRoles") ?? [];
  return assumingRole(awsClients({ region }), region, role?.roleArn);
}

/** An input of a provider, which are kept as JSON in a text. */
function parsed<T>({ inputs = {} }: StateResource, key: string): T | undefined {
  const text = inputs[key];
  return typeof text === "string" ? (JSON.parse(text) as T) : undefined;
}

/** What a plan does, a line each, with what to do where it can't be gone on with. */
export function describePlan({ creations, refreshed }: Plan): string[] {
  return [
    ...creations.flatMap((outcome) => {
      const what = describeResource(outcome.resource);
      switch (outcome.is) {
        case "made":
          return [`${what}: was made; ${outcome.id} is taken into the state`, ...outcome.copies.map(describeCopy)];
        case "unmade":
          return [`${what}: forgotten, the next deployment makes it: ${outcome.why}`];
        case "unclear":
          return [`${what}: ${outcome.why}`, `  fix: ${outcome.fix}`];
      }
    }),
    ...refreshed.map((urn) => `${nameOf(urn)}: read from AWS again`),
  ];
}

/** It may be older and there on purpose, so that nobody is asked to delete it unseen. */
function describeCopy({ id, madeAt }: Found): string {
  return `  and ${id}${madeAt ? ` (${madeAt.toISOString()})` : ""}, which no stack has; delete it if nothing uses it`;
}
