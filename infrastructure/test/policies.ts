import { Recorded } from "@selfhosted/common/testing";

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of a policy document that is an input of a resource, by their ids. */
export function statements(resource: Recorded, input = "policy"): Record<string, Statement> {
  const document = JSON.parse(String(resource.inputs[input])) as { Statement: Statement[] };
  return Object.fromEntries(document.Statement.map((statement) => [statement.Sid, statement]));
}
