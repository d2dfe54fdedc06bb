/** A statement of a policy document as AWS reads it. */
export interface PolicyStatement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The value of an input that is a JSON text. */
export function parseJson<T>(text: unknown): T {
  if (typeof text !== "string") {
    throw new Error(`expected a JSON text, found ${JSON.stringify(text)}`);
  }
  return JSON.parse(text) as T;
}

/** The statements of an input that is a policy document. */
export function policyStatements(document: unknown): PolicyStatement[] {
  const { Version, Statement } = parseJson<{ Version: string; Statement: PolicyStatement[] }>(document);
  if (Version !== "2012-10-17") {
    throw new Error(`expected a policy document of 2012-10-17, found ${Version}`);
  }
  return Statement;
}

/** Statements by their ids. */
export type Policy = Record<string, PolicyStatement>;

/** The policy document of an input. */
export function policyIn(document: unknown): Policy {
  return Object.fromEntries(policyStatements(document).map((statement) => [statement.Sid, statement]));
}
