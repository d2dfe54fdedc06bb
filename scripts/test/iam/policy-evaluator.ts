/** A policy document, as far as the layers write any. What is missing here makes `decide` throw. */
export interface Document {
  Statement: Statement[];
}

export interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Request {
  /** The ARN of a role, or the name of a service such as `logs.eu-central-1.amazonaws.com`. */
  caller: string;
  action: string;
  resource: string;
  /** Condition keys and what AWS sends for them, such as `kms:ViaService`. */
  context?: Record<string, string>;
}

export interface Policies {
  /** The policies of the caller's role. A service has none. */
  identity?: Document[];
  /** The policy of the resource. */
  resource?: Document;
  /** The account of the resource. */
  owner: string;
  /** Whether the resource's policy has to agree, as that of a KMS key has. */
  isKey?: boolean;
}

/**
 * Whether AWS allows a request, by the logic of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * without boundaries, sessions and organisations. Throws for elements and condition operators that it doesn't know.
 */
export function decide(request: Request, { identity = [], resource, owner, isKey }: Policies): boolean {
  const byIdentity = identity.flatMap(({ Statement: all }) => all).filter((one) => applies(one, request));
  const byResource = (resource?.Statement ?? []).filter((one) => applies(one, request));
  const direct = byResource.filter(({ Principal }) => names(Principal, request.caller));
  // To name an account is to leave it to that account's own policies.
  const delegated = byResource.filter(({ Principal }) => names(Principal, accountOf(request.caller)));
  const allows = (statements: Statement[]): boolean => statements.some(({ Effect }) => Effect === "Allow");
  if ([...byIdentity, ...direct, ...delegated].some(({ Effect }) => Effect === "Deny")) {
    return false;
  }
  if (!request.caller.startsWith("arn:")) {
    return allows(direct);
  }
  const isOwn = request.caller.split(":")[4] === owner;
  if (!isOwn) {
    return (allows(direct) || allows(delegated)) && allows(byIdentity);
  }
  return allows(direct) || (allows(byIdentity) && (!isKey || allows(delegated)));
}

/** What a policy calls the account of a role. */
function accountOf(caller: string): string {
  return caller.replace(/^(arn:[^:]+:iam::\d+):.*/, "$1:root");
}

function names(principal: Statement["Principal"], caller: string): boolean {
  const all = principal === "*" ? ["*"] : Object.values(principal ?? {}).flat();
  return all.includes("*") || all.includes(caller);
}

function applies(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const unknown = Object.keys(statement).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new Error(`the evaluator doesn't know ${unknown.join(", ")} in ${statement.Sid ?? "a statement"}`);
  }
  return (
    [statement.Action].flat().some((one) => like(one.toLowerCase(), action.toLowerCase())) &&
    [statement.Resource ?? "*"].flat().some((one) => like(one, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, valueOf(key, context), [values].flat())),
    )
  );
}

const known = new Set(["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]);

/** Names of condition keys aren't distinguished by case. */
function valueOf(key: string, context: Record<string, string>): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

type Compare = (value: string, wanted: string) => boolean;

/** Operators that hold if any of the values fits, and never for a key that isn't sent. */
const positive: Record<string, Compare> = {
  ArnLike: arnLike,
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  NumericLessThan: (value, wanted) => Number(value) < Number(wanted),
  StringEquals: (value, wanted) => value === wanted,
  StringLike: (value, wanted) => like(wanted, value),
};

/** Operators that hold if none of the values fits, and so for a key that isn't sent. */
const negative: Record<string, Compare> = {
  ArnNotLike: arnLike,
  StringNotEquals: (value, wanted) => value === wanted,
  StringNotLike: (value, wanted) => like(wanted, value),
};

function holds(operator: string, value: string | undefined, wanted: string[]): boolean {
  if (operator === "Null") {
    return wanted.includes(String(value === undefined));
  }
  const fits = positive[operator];
  if (fits) {
    return value !== undefined && wanted.some((one) => fits(value, one));
  }
  const unfit = negative[operator];
  if (unfit) {
    return value === undefined || !wanted.some((one) => unfit(value, one));
  }
  throw new Error(`the evaluator doesn't know the operator ${operator}`);
}

/** Each of the six parts is compared by itself, so that a wildcard stays within its part. */
function arnLike(value: string, wanted: string): boolean {
  const parts = (arn: string): string[] => [...arn.split(":").slice(0, 5), arn.split(":").slice(5).join(":")];
  return parts(wanted).every((part, index) => like(part, parts(value)[index] ?? ""));
}

/** Whether a text fits a pattern with `*` and `?`. */
function like(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s").test(text);
}
