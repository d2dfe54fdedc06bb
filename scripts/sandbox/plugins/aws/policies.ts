import { allOf, type Check, json, rule } from "../checks";
import { isUnknown, type Properties, UNKNOWN } from "../resource";
import { isObject } from "../values";

/** What a policy document is attached to, which decides the parts that its statements need. */
export type PolicyKind = "identity" | "resource" | "trust";

const parts: Record<PolicyKind, { needed: string[]; foreign: string[] }> = {
  identity: { needed: ["Action", "Resource"], foreign: ["Principal"] },
  resource: { needed: ["Action", "Principal", "Resource"], foreign: [] },
  trust: { needed: ["Action", "Principal"], foreign: ["Resource"] },
};

/** The property holds an IAM policy document of at most so many characters, white space not counted. */
export function policyDocument(property: string, kind: PolicyKind, mostCharacters: number): Check {
  return allOf(
    json(property),
    rule(property, (value) => {
      const document = parsed(value);
      if (!document) return undefined;
      if (document.Version !== "2012-10-17") return 'must have "Version": "2012-10-17"';
      const length = JSON.stringify(document).length;
      if (length > mostCharacters) return `must have at most ${mostCharacters} characters and has ${length}`;
      const statements = statementsOf(value);
      if (!statements.length) return "must have a statement";
      return statements.map((statement, index) => statementProblem(statement, index, kind)).find(Boolean);
    }),
  );
}

/** The document as text where the program gives an object; unknown where a part of it is. */
export function documentText(inputs: Properties, property: string): Properties {
  const document = inputs[property];
  if (!isObject(document)) return inputs;
  return { ...inputs, [property]: hasUnknown(document) ? UNKNOWN : JSON.stringify(document) };
}

/** The statements of a policy document; none when it isn't one. */
export function statementsOf(document: unknown): Properties[] {
  const statements: unknown[] = [parsed(document)?.Statement ?? []].flat();
  return statements.filter(isObject);
}

/** Whether the policy opens something to everybody, under no condition. */
export function isPublic(document: string): boolean {
  const isEverybody = (principal: unknown): boolean =>
    principal === "*" || (isObject(principal) && [principal.AWS].flat().includes("*"));
  return statementsOf(document).some(
    ({ Effect, Principal, Condition }) => Effect === "Allow" && isEverybody(Principal) && !Condition,
  );
}

function statementProblem(statement: Properties, index: number, kind: PolicyKind): string | undefined {
  const has = (part: string) => part in statement || `Not${part}` in statement;
  const missing = parts[kind].needed.filter((part) => !has(part));
  const foreign = parts[kind].foreign.filter(has);
  const where = `in statement ${index + 1}`;
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    return `must have an Effect of Allow or Deny ${where}`;
  if (missing.length) return `must have ${missing.join(" and ")} ${where}`;
  if (foreign.length) return `must not have ${foreign.join(" and ")} ${where}`;
  return undefined;
}

function hasUnknown(value: unknown): boolean {
  return isUnknown(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));
}

function parsed(value: unknown): Properties | undefined {
  try {
    const document: unknown = JSON.parse(String(value));
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
