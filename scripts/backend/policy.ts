/** A statement of a policy as AWS has it; what isn't ours may have any other part. */
export interface PolicyStatement {
  Sid?: string;
  Effect: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
  [part: string]: unknown;
}

export interface Policy {
  Version: string;
  Statement: PolicyStatement[];
}

/** The policy in a text, which may have one statement where others have a list. */
export function parsePolicy(text: string | undefined): Policy {
  const { Version = "2012-10-17", Statement = [] } = JSON.parse(text || "{}") as Partial<Policy>;
  return { Version, Statement: [Statement].flat() };
}

/** A policy with these statements in the place of those of the same name; all others stay. */
export function withStatements(policy: Policy, statements: PolicyStatement[]): Policy {
  const isReplaced = ({ Sid }: PolicyStatement): boolean => statements.some((each) => each.Sid === Sid);
  return { ...policy, Statement: [...policy.Statement.filter((each) => !isReplaced(each)), ...statements] };
}

/** Whether the statement of this name is for all of these. */
export function isFor(policy: Policy, sid: string, arns: string[]): boolean {
  return arns.every((each) => principalsOf(policy, sid).includes(each));
}

/** The roles and users that the statement of this name is for. One that was deleted is an id, which no policy can be given again. */
function principalsOf(policy: Policy, sid: string): string[] {
  const principals = policy.Statement.flatMap(({ Sid, Principal }) =>
    Sid === sid && typeof Principal === "object" ? (Principal["AWS"] ?? []) : [],
  );
  return principals.filter((each) => each.startsWith("arn:"));
}

/** Those that a policy names already, and these. */
export function alsoFor(policy: Policy, sid: string, arns: string[]): string[] {
  return [...new Set([...principalsOf(policy, sid), ...arns])].sort();
}
